// The C half of a C# guest on .NET's Mono interpreter: starts the runtime while the guest is instantiated, gives it the guest's
// assemblies, runs its Main and hands it messages, and stands in for what the runtime imports from JavaScript in a browser.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <emscripten/heap.h>
#include <mono/metadata/appdomain.h>
#include <mono/metadata/mono-private-unstable.h>
#include <mono/utils/mono-logger.h>
#include <mono/jit/mono-private-unstable.h>
#include "runtime.h"
#include "guest.h"

void mono_bundled_resources_add_assembly_resource(const char *id, const char *name, const uint8_t *data, uint32_t size, void (*free)(void *, void *), void *free_data);
MonoMethod *mono_marshal_get_managed_wrapper(MonoMethod *method, MonoClass *delegate, MonoGCHandle target, MonoError *error);
int mono_jiterp_parse_option(const char *option);
void mono_background_exec(void);
void mono_wasm_execute_timer(void);
int monoeg_g_setenv(const char *name, const char *value, int overwrite);

// Managed code's side, of FireAndForget.Guest; the generated table has the functions.
void faf_start(void *name, int32_t length);
void faf_handle(int32_t handler, void *topic, int32_t topic_length, void *sender, int32_t sender_length, void *message, int32_t length, void *answer);
void faf_handle_reply(int64_t request, int32_t outcome, void *bytes, int32_t length);

// The assemblies lie where the heap would begin: the guest's linker (../Linking) puts them there, and a table of them first. The heap is moved
// behind them before anything is allocated.
struct bundle {
  uint32_t end;
  uint32_t count; // The guest's own assembly is the first.
  struct { const char *name; const uint8_t *data; uint32_t size; } assemblies[];
};
extern uint8_t __heap_base;
static const struct bundle *bundle;

// Before Emscripten's own constructors, of which that of the environment (100) allocates.
__attribute__((constructor(90))) static void keep_assemblies(void) {
  bundle = (const struct bundle *)(((uintptr_t)&__heap_base + 15) & ~(uintptr_t)15);
  if (bundle->count == 0) {
    fprintf(stderr, "This is the runtime of C# guests without a guest in it.\n");
    abort();
  }
  *emscripten_get_sbrk_ptr() = (bundle->end + 15) & ~(uintptr_t)15;
}

// What Environment.FailFast says comes in this order: that the process ends, its message, and the exception, which goes to print_error. It is
// called for an exception that nothing catches in the thread pool or in a timer, too, with a message that says less than the exception.
static void log_line(const char *domain, const char *level, const char *message, mono_bool fatal, void *data) {
  static const char title[] = "Process terminated.";
  static char end[sizeof title + 32]; // "Process terminated. Assertion failed."
  if (!strncmp(message, title, sizeof title - 1)) {
    snprintf(end, sizeof end, "%s", message);
  } else if (!*end) {
    fprintf(stderr, "%s: %s: %s\n", domain ? domain : "mono", level, message);
  } else if (strcmp(message, "ThreadPool.BackgroundJobHandler failed") && strcmp(message, "TimerQueue.TimerHandler failed")) {
    fprintf(stderr, "%s %s\n", end, message);
  }
  if (fatal) abort();
}

// The host tells the first line that a guest writes before it traps: the exception stands there, as it does when managed code fails.
static void print_error(const char *text, mono_bool is_stdout) {
  static const char title[] = "\nUnhandled Exception:\n";
  if (!strncmp(text, title, sizeof title - 1)) {
    fputs("Unhandled exception. ", stderr);
    text += sizeof title - 1;
  }
  fputs(text, stderr);
}

// Called by each export that the generator makes; the constructor below has done it by then.
int initialize_runtime(void) { return 0; }

__attribute__((import_module("wasi_snapshot_preview1"), import_name("args_sizes_get"))) int32_t args_sizes_get(int32_t *count, int32_t *size);
__attribute__((import_module("wasi_snapshot_preview1"), import_name("args_get"))) int32_t args_get(char **arguments, char *texts);

// For Environment.GetCommandLineArgs: the arguments that the host grants, of which the first is the guest's name by WASI's convention. It is
// there where the host grants none, as in a process.
static void take_arguments(const char *name) {
  int32_t count = 0, size = 0;
  args_sizes_get(&count, &size);
  if (!count) {
    mono_runtime_set_main_args(1, (char *[]){(char *)name});
    return;
  }
  char **arguments = malloc(count * sizeof *arguments + size);
  if (!arguments) {
    fprintf(stderr, "Out of memory: there is no room for arguments of %d bytes.\n", size);
    abort();
  }
  args_get(arguments, (char *)(arguments + count));
  mono_runtime_set_main_args(count, arguments); // which copies them
  free(arguments);
}

// The runtime starts while the guest is instantiated, so that the load's budget of time pays for it, not the first message's.
__attribute__((constructor(65535))) static void start(void) {
  for (uint32_t i = 0; i < bundle->count; i++)
    mono_bundled_resources_add_assembly_resource(bundle->assemblies[i].name, bundle->assemblies[i].name, bundle->assemblies[i].data, bundle->assemblies[i].size, NULL, NULL);
  monoeg_g_setenv("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1", 1);
  monoeg_g_setenv("DOTNET_SYSTEM_TIMEZONE_INVARIANT", "1", 1);
  mono_jiterp_parse_option("--no-jiterpreter-traces-enabled");
  mono_jiterp_parse_option("--no-jiterpreter-interp-entry-enabled");
  mono_jiterp_parse_option("--no-jiterpreter-jit-call-enabled");
  const char *keys[] = {"APP_CONTEXT_BASE_DIRECTORY", "RUNTIME_IDENTIFIER", "System.Globalization.Invariant", "System.TimeZoneInfo.Invariant"};
  const char *values[] = {"/", "browser-wasm", "true", "true"};
  monovm_initialize(4, keys, values);
  mono_trace_set_printerr_handler(print_error);
  mono_wasm_load_runtime_common(0, log_line, "");
  const char *name = bundle->assemblies[0].name;
  take_arguments(name);
  faf_start((void *)name, (int32_t)(strlen(name) - strlen(".dll")));
}

// Called by the generated table before managed code is called for the first time. As runtime.c's, which looks for the method by its token
// first: that is the untrimmed assembly's, and a token of another method puts that one into the runtime's cache with the wrong class.
void mono_wasm_marshal_get_managed_wrapper(const char *assembly, const char *space, const char *class, const char *name, uint32_t token, int parameters) {
  MonoError error;
  mono_error_init(&error);
  MonoClass *type = mono_wasm_assembly_find_class(mono_wasm_assembly_load(assembly), space, class);
  MonoMethod *method = type ? mono_wasm_assembly_find_method(type, name, parameters) : NULL;
  if (!method) {
    fprintf(stderr, "%s has no method %s.%s.%s.\n", assembly, space, class, name);
    abort();
  }
  mono_compile_method(mono_marshal_get_managed_wrapper(method, NULL, 0, &error));
}

static struct answer last_answer;

void guest_release_answer(void) {
  free((void *)last_answer.bytes);
  last_answer.bytes = NULL;
}

struct answer guest_handle(enum handler handler, uint8_t *topic, int32_t topic_length, uint8_t *sender, int32_t sender_length,
                           uint8_t *message, int32_t length) {
  guest_release_answer();
  faf_handle(handler, topic, topic_length, sender, sender_length, message, length, &last_answer);
  free(topic);
  free(sender);
  free(message);
  return last_answer;
}

void guest_handle_reply(int64_t request, int32_t outcome, uint8_t *bytes, int32_t length) {
  faf_handle_reply(request, outcome, bytes, length);
  if (outcome == 0) free(bytes);
}

__attribute__((export_name("cabi_realloc")))
void *cabi_realloc(void *old, size_t old_size, size_t align, size_t size) {
  void *block = realloc(old, size ? size : 1);
  if (!block) {
    fprintf(stderr, "Out of memory: there is no room for a message of %zu bytes.\n", size);
    abort();
  }
  return block;
}

void faf_fail(void *text, int32_t length) {
  fprintf(stderr, "%.*s\n", (int)length, (const char *)text);
  __builtin_trap();
}

// Time and the thread pool. There is one thread: what waits runs when managed code asks for it.
__attribute__((import_module("wasi_snapshot_preview1"), import_name("poll_oneoff"))) int32_t poll_oneoff(const void *subscriptions, void *events, int32_t count, int32_t *happened);
__attribute__((import_module("wasi_snapshot_preview1"), import_name("clock_time_get"))) int32_t clock_time_get(int32_t clock, int64_t precision, uint64_t *time);
enum { MONOTONIC = 1, ABSOLUTE = 1 };

static int background_waits, timer_waits;
static uint64_t timer_time;

static uint64_t now(void) {
  uint64_t time = 0;
  clock_time_get(MONOTONIC, 1, &time);
  return time;
}

void schedule_background_exec(void) { background_waits = 1; }

void mono_wasm_schedule_timer(int milliseconds) {
  timer_waits = milliseconds >= 0;
  timer_time = now() + (uint64_t)(milliseconds < 0 ? 0 : milliseconds) * 1000000;
}

int32_t faf_pump(int32_t may_wait) {
  if (background_waits) {
    background_waits = 0;
    mono_background_exec();
    return 1;
  }
  if (!timer_waits) return 0;
  if (now() < timer_time) {
    if (!may_wait) return 0;
    struct { uint64_t data; uint8_t kind; struct { uint32_t id; uint64_t timeout, precision; uint16_t flags; } clock; } subscription = {.clock = {MONOTONIC, timer_time, 1, ABSOLUTE}};
    uint8_t event[32];
    int32_t happened;
    poll_oneoff(&subscription, event, 1, &happened);
  }
  timer_waits = 0;
  mono_wasm_execute_timer();
  return 1;
}

// What JavaScript does in a browser.
void mono_wasm_printerr(const char *text) { fprintf(stderr, "%s\n", text); }
__attribute__((import_module("wasi_snapshot_preview1"), import_name("random_get"))) int random_get(uint8_t *buffer, size_t length);
int mono_wasm_browser_entropy(uint8_t *buffer, int length) { return random_get(buffer, length) ? -1 : 0; }
int mono_wasm_process_current_pid(void) { return 1; }
int emscripten_asm_const_int(const char *code, const char *signature, ...) { return 0; }
void emscripten_notify_memory_growth(size_t index) {}

// The jiterpreter makes WebAssembly at run time; there is none here.
int mono_interp_tier_prepare_jiterpreter(int a, int b, int c, int d, int e, int f, int g, int h) { return 1; } // not jitted
int mono_interp_jit_wasm_entry_trampoline(int a, int b, int c, int d, int e, int f, int g, int h) { return 0; }
void mono_interp_invoke_wasm_jit_call_trampoline(int a, int b, int c, int d, int e) {}
void mono_interp_jit_wasm_jit_call_trampoline(int a, int b, int c, int d, int e) {}
void mono_interp_flush_jitcall_queue(void) {}
void mono_interp_record_interp_entry(int a) {}
void mono_wasm_free_method_data(int a, int b, int c) {}

// There are no files. The numbers are Emscripten's, which are WASI's.
int __syscall_fcntl64(int fd, int command, ...) { return command == 1030 || command == 0 ? fd : -28; } // "duplicates" standard output
int __syscall_faccessat(int a, intptr_t b, int c, int d) { return -44; } // ENOENT
int __syscall_ftruncate64(int a, int64_t b) { return -8; }               // EBADF
int __syscall_getcwd(intptr_t buffer, size_t size) { if (size < 2) return -68; memcpy((char *)buffer, "/", 2); return 2; }
int __syscall_fadvise64(int a, int64_t b, int64_t c, int d) { return -8; }
int __syscall_getdents64(int a, intptr_t b, size_t c) { return -8; }
int __syscall_readlinkat(int a, intptr_t b, intptr_t c, size_t d) { return -44; }
int __syscall_fstatfs64(int a, size_t b, intptr_t c) { return -8; }
int __syscall_unlinkat(int a, intptr_t b, int c) { return -44; }
int __syscall_chdir(intptr_t a) { return -44; }
int __syscall_chmod(intptr_t a, int b) { return -44; }
int __syscall_rmdir(intptr_t a) { return -44; }
int __syscall_symlink(intptr_t a, intptr_t b) { return -44; }
int __syscall_renameat(int a, intptr_t b, int c, intptr_t d) { return -44; }
int __syscall_utimensat(int a, intptr_t b, intptr_t c, int d) { return -44; }
int __syscall_fchmod(int a, int b) { return -8; }
int _msync_js(intptr_t a, size_t b, int c, int d, int e, int64_t f) { return 0; }

// Nor are there sockets.
int __syscall_socket(int a, int b, int c, int d, int e, int f) { return -5; } // EAFNOSUPPORT
int __syscall_connect(int a, intptr_t b, size_t c, int d, int e, int f) { return -8; }
int __syscall_sendto(int a, intptr_t b, size_t c, int d, intptr_t e, size_t f) { return -8; }

// C++ exceptions only cross frames of compiled code; the interpreter alone needs none.
void mono_llvm_cpp_throw_exception(void) { abort(); }
void mono_llvm_cpp_catch_exception(void (*call)(void *), void *argument, int32_t *thrown) { *thrown = 0; call(argument); }
void *mono_jiterp_begin_catch(void *exception) { return exception; }
void mono_jiterp_end_catch(void) {}
