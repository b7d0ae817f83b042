// A mirror: what it is sent goes back to its sender with its bytes reversed. A core module, for which clang is enough.
#include <stddef.h>
#include <stdint.h>

// 0: queued, anything else: refused, and why is one less than that in send-error of messaging.wit.
__attribute__((import_module("host-messaging"), import_name("send")))
int32_t send(const uint8_t *target, size_t target_length, const uint8_t *message, size_t length);

// Room for the arguments of one message: a sender's id and a message of up to 1 MiB, which is what a component accepts by default.
static _Alignas(16) uint8_t arena[(1 << 20) + 4096];
static size_t used;

// The host asks for room for each argument, an empty one too.
__attribute__((export_name("cabi_realloc")))
void *cabi_realloc(void *old, size_t old_size, size_t align, size_t size) {
  (void)old, (void)old_size, (void)align;
  if (size > sizeof arena - used) __builtin_trap();
  void *block = arena + used;
  used = (used + size + 15) & ~(size_t)15;
  return block;
}

// 0: handled, anything else: rejected with that number.
__attribute__((export_name("handle-message")))
int32_t handle_message(const uint8_t *sender, size_t sender_length, uint8_t *message, size_t length) {
  used = 0; // what the host asked room for is free again when this returns
  for (size_t i = 0; i < length / 2; i++) {
    uint8_t other = message[i];
    message[i] = message[length - 1 - i];
    message[length - 1 - i] = other;
  }

  return send(sender, sender_length, message, length);
}
