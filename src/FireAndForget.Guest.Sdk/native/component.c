// The edge of a guest that becomes a component: the world of guest.wit by the canonical ABI.
#include <stdlib.h>
#include <string.h>
#include "guest.h"

#define IMPORT(name) __attribute__((import_module("fire-and-forget:messaging/host-messaging@1.1.0"), import_name(name)))
struct number_result { uint8_t refused; union { uint8_t error; uint32_t number; } of; };
struct long_result { uint8_t refused; union { uint8_t error; uint64_t number; } of; };
struct send_result { uint8_t refused, error; };
struct text { uint8_t *bytes; int32_t length; };
IMPORT("send") void host_send(void *, int32_t, void *, int32_t, struct send_result *);
IMPORT("self-id") void host_self_id(struct text *);
IMPORT("publish") void host_publish(void *, int32_t, void *, int32_t, struct number_result *);
IMPORT("request") void host_request(void *, int32_t, void *, int32_t, int32_t, struct long_result *);
IMPORT("cancel-request") int32_t host_cancel_request(int64_t);
IMPORT("send-later") void host_send_later(void *, int32_t, void *, int32_t, int64_t, struct long_result *);
IMPORT("cancel-later") int32_t host_cancel_later(int64_t);
IMPORT("message-number") int64_t host_message_number(void);

int32_t faf_send(void *target, int32_t target_length, void *message, int32_t length) {
  struct send_result result;
  host_send(target, target_length, message, length, &result);
  return result.refused ? 1 + result.error : 0;
}

int32_t faf_publish(void *topic, int32_t topic_length, void *message, int32_t length, void *accepted) {
  struct number_result result;
  host_publish(topic, topic_length, message, length, &result);
  if (result.refused) return 1 + result.of.error;
  *(uint32_t *)accepted = result.of.number;
  return 0;
}

static int32_t take_number(const struct long_result *result, void *number) {
  if (result->refused) return 1 + result->of.error;
  *(uint64_t *)number = result->of.number;
  return 0;
}

int32_t faf_request(void *target, int32_t target_length, void *message, int32_t length, int32_t timeout_ms, void *number) {
  struct long_result result;
  host_request(target, target_length, message, length, timeout_ms, &result);
  return take_number(&result, number);
}

int32_t faf_send_later(void *target, int32_t target_length, void *message, int32_t length, int64_t delay_ms, void *number) {
  struct long_result result;
  host_send_later(target, target_length, message, length, delay_ms, &result);
  return take_number(&result, number);
}

int32_t faf_cancel_request(int64_t request) { return host_cancel_request(request); }
int32_t faf_cancel_later(int64_t later) { return host_cancel_later(later); }
int64_t faf_message_number(void) { return host_message_number(); }

int32_t faf_self_id(void *room) {
  struct text id;
  host_self_id(&id);
  memcpy(room, id.bytes, id.length);
  free(id.bytes);
  return id.length;
}

// result<_, string> and result<list<u8>, string>
static struct { uint8_t rejected; const uint8_t *bytes; int32_t length; } result;

static const void *tell(struct answer answer) {
  result.rejected = answer.rejected != 0;
  result.bytes = answer.bytes;
  result.length = answer.length;
  return &result;
}

__attribute__((export_name("handle-message")))
const void *handle_message(uint8_t *sender, int32_t sender_length, uint8_t *message, int32_t length) {
  return tell(guest_handle(MESSAGE, NULL, 0, sender, sender_length, message, length));
}

__attribute__((export_name("handle-request")))
const void *handle_request(uint8_t *sender, int32_t sender_length, uint8_t *message, int32_t length) {
  return tell(guest_handle(REQUEST, NULL, 0, sender, sender_length, message, length));
}

__attribute__((export_name("handle-topic")))
const void *handle_topic(uint8_t *topic, int32_t topic_length, uint8_t *sender, int32_t sender_length, uint8_t *message, int32_t length) {
  return tell(guest_handle(TOPIC, topic, topic_length, sender, sender_length, message, length));
}

// result<list<u8>, failure>: the bytes, or in their place the failure's index
__attribute__((export_name("handle-reply")))
void handle_reply(int64_t request, int32_t failed, void *bytes, int32_t length) {
  guest_handle_reply(request, failed ? 1 + (int32_t)(intptr_t)bytes : 0, bytes, length);
}
