// Calls a module's handle-message with each message of a file, each in a fresh instance with Node's own WASI preview 1, and writes what
// each answered: the number at 0 of what it sent, or "trapped". Arguments: the module, the messages (base64, one a line), the answers.
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { WASI } from "node:wasi";

const [modulePath, messagesPath, answersPath] = process.argv.slice(2);
const module = new WebAssembly.Module(readFileSync(modulePath));
const answers = [];
for (const line of readFileSync(messagesPath, "utf8").split("\n")) {
  // Descriptors of its own, because a guest may close them.
  const [stdin, stdout, stderr] = [openSync("/dev/stdin", "r"), openSync("/dev/stdout", "w"), openSync("/dev/stderr", "w")];
  const wasi = new WASI({ version: "preview1", args: ["guest"], env: { HOME: "/none" }, returnOnExit: true, stdin, stdout, stderr });
  let answer = "trapped";
  const instance = new WebAssembly.Instance(module, {
    ...wasi.getImportObject(),
    "host-messaging": {
      send: () => {
        answer = new DataView(instance.exports.memory.buffer).getInt32(0, true);
        return 0;
      },
    },
  });
  wasi.initialize(instance);
  const message = Buffer.from(line, "base64");
  const at = instance.exports.cabi_realloc(0, 0, 1, message.length);
  new Uint8Array(instance.exports.memory.buffer, at, message.length).set(message);
  try {
    instance.exports["handle-message"](0, 0, at, message.length);
  } catch {
    // It trapped, or ended itself.
  }

  answers.push(answer);
  for (const descriptor of [stdin, stdout, stderr]) {
    try {
      closeSync(descriptor);
    } catch {
      // The guest closed it.
    }
  }
}

writeFileSync(answersPath, answers.join("\n"));
