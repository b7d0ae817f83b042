//! A mirror: what it is sent goes back to its sender with its bytes reversed. A core module, for which no crate is needed.
use std::alloc::{alloc, handle_alloc_error, realloc, Layout};

#[link(wasm_import_module = "host-messaging")]
extern "C" {
    /// 0: queued, anything else: refused, and why is one less than that in send-error of messaging.wit.
    fn send(target: *const u8, target_length: usize, message: *const u8, length: usize) -> i32;
}

/// The host asks for room for each argument, an empty one too, which gets an address that is not null and has no room.
#[export_name = "cabi_realloc"]
pub unsafe extern "C" fn cabi_realloc(old: *mut u8, old_size: usize, align: usize, size: usize) -> *mut u8 {
    let layout = Layout::from_size_align_unchecked(size, align);
    let block = match (old_size, size) {
        (_, 0) => align as *mut u8,
        (0, _) => alloc(layout),
        _ => realloc(old, Layout::from_size_align_unchecked(old_size, align), size),
    };
    if block.is_null() {
        handle_alloc_error(layout);
    }
    block
}

/// 0: handled, anything else: rejected with that number. What the host asked room for is the guest's to free.
#[export_name = "handle-message"]
pub unsafe extern "C" fn handle_message(sender: *mut u8, sender_length: usize, message: *mut u8, length: usize) -> i32 {
    let sender = String::from_raw_parts(sender, sender_length, sender_length);
    let mut message = Vec::from_raw_parts(message, length, length);
    message.reverse();
    send(sender.as_ptr(), sender.len(), message.as_ptr(), message.len())
}
