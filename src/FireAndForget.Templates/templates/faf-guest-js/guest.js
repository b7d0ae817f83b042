// A mirror: what it is sent goes back to its sender with its bytes reversed.
import { send } from "fire-and-forget:messaging/host-messaging@1.0.0";

// What is thrown rejects the message, and a send that is refused throws.
export function handleMessage(sender, message) {
  send(sender, new Uint8Array(message).reverse());
}
