// The edge of a guest that is a core module: docs/guests.md has the exports and imports.
#include <stdio.h>
#include "guest.h"

#define IMPORT(name) __attribute__((import_module("host-messaging"), import_name(name)))
IMPORT("send") int32_t host_send(void *, int32_t, void *, int32_t);
IMPORT("self-id") int32_t host_self_id(void *, int32_t);
IMPORT("publish") int32_t host_publish(void *, int32_t, void *, int32_t, void *);
IMPORT("request") int32_t host_request(void *, int32_t, void *, int32_t, int32_t, void *);
IMPORT("cancel-request") int32_t host_cancel_request(int64_t);
IMPORT("send-later") int32_t host_send_later(void *, int32_t, void *, int32_t, int64_t, void *);
IMPORT("cancel-later") int32_t host_cancel_later(int64_t);
IMPORT("message-number") int64_t host_message_number(void);

int32_t faf_send(void *target, int32_t target_length, void *message, int32_t length) { return host_send(target, target_length, message, length); }
int32_t faf_self_id(void *room) { return host_self_id(room, 128); }
int32_t faf_publish(void *topic, int32_t topic_length, void *message, int32_t length, void *accepted) { return host_publish(topic, topic_length, message, length, accepted); }
int32_t faf_request(void *target, int32_t target_length, void *message, int32_t length, int32_t timeout_ms, void *number) { return host_request(target, target_length, message, length, timeout_ms, number); }
int32_t faf_cancel_request(int64_t request) { return host_cancel_request(request); }
int32_t faf_send_later(void *target, int32_t target_length, void *message, int32_t length, int64_t delay_ms, void *number) { return host_send_later(target, target_length, message, length, delay_ms, number); }
int32_t faf_cancel_later(int64_t later) { return host_cancel_later(later); }
int64_t faf_message_number(void) { return host_message_number(); }

// A core module answers a number: why it rejects a message is a line in the log.
static int32_t tell(struct answer answer) {
  if (answer.rejected && answer.length) fprintf(stderr, "rejected: %.*s\n", (int)answer.length, answer.bytes);
  return answer.rejected;
}

__attribute__((export_name("handle-message")))
int32_t handle_message(uint8_t *sender, int32_t sender_length, uint8_t *message, int32_t length) {
  return tell(guest_handle(MESSAGE, NULL, 0, sender, sender_length, message, length));
}

__attribute__((export_name("handle-topic")))
int32_t handle_topic(uint8_t *topic, int32_t topic_length, uint8_t *sender, int32_t sender_length, uint8_t *message, int32_t length) {
  return tell(guest_handle(TOPIC, topic, topic_length, sender, sender_length, message, length));
}

__attribute__((export_name("handle-request")))
const void *handle_request(uint8_t *sender, int32_t sender_length, uint8_t *message, int32_t length) {
  static struct { const uint8_t *bytes; int32_t length; } result;
  struct answer answer = guest_handle(REQUEST, NULL, 0, sender, sender_length, message, length);
  if (tell(answer)) return NULL;
  result.bytes = answer.bytes;
  result.length = answer.length;
  return &result;
}

__attribute__((export_name("handle-reply")))
void handle_reply(int64_t request, int32_t outcome, uint8_t *bytes, int32_t length) { guest_handle_reply(request, outcome, bytes, length); }
