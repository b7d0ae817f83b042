// What the two forms of a guest's edge (core-module.c, component.c) and the runtime between them (guest.c) say to each other, and what
// managed code (../../FireAndForget.Guest) calls. Texts are UTF-8 without an end.
#pragma once
#include <stdint.h>

/// What a handler answered. The bytes are kept until the next message or until release_answer.
struct answer {
  int32_t rejected;
  const uint8_t *bytes;
  int32_t length;
};

enum handler { MESSAGE, REQUEST, TOPIC };

/// Has managed code handle a message, whose parts are freed. `topic` is null where there is none.
struct answer guest_handle(enum handler handler, uint8_t *topic, int32_t topic_length, uint8_t *sender, int32_t sender_length,
                           uint8_t *message, int32_t length);

/// Gives managed code a reply. `outcome`: 0 answered, else 1 + the index of the case in the WIT's failure.
void guest_handle_reply(int64_t request, int32_t outcome, uint8_t *bytes, int32_t length);

void guest_release_answer(void);

// Imported by managed code from "faf", each with a result of 0 or 1 + the index of the case in the WIT's send-error, where it sends.
// The edges have them, but for the last two.
int32_t faf_send(void *target, int32_t target_length, void *message, int32_t length);
int32_t faf_publish(void *topic, int32_t topic_length, void *message, int32_t length, void *accepted);
int32_t faf_request(void *target, int32_t target_length, void *message, int32_t length, int32_t timeout_ms, void *number);
int32_t faf_cancel_request(int64_t request);
int32_t faf_send_later(void *target, int32_t target_length, void *message, int32_t length, int64_t delay_ms, void *number);
int32_t faf_cancel_later(int64_t later);
int64_t faf_message_number(void);
/// Room of 128 bytes, the most of an id; the id's length.
int32_t faf_self_id(void *room);
/// Runs what waits for the thread pool or, where nothing does, the next timer that is due or, with may_wait, will be. 0: there is none.
int32_t faf_pump(int32_t may_wait);
/// Writes a text to standard error and traps.
void faf_fail(void *text, int32_t length);
