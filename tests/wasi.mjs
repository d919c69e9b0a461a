// Runs a wasm32-wasip1 program, as cargo's runner for that target: `node wasi.mjs PROGRAM [ARGUMENT]…`.
// The program sees its arguments and environment, the folder it was started in, and this repository.

import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { argv, cwd, env, exit } from "node:process";
import { fileURLToPath } from "node:url";
import { WASI } from "node:wasi";

const [program, ...rest] = argv.slice(2);
const repository = dirname(dirname(fileURLToPath(import.meta.url)));
const wasi = new WASI({
  version: "preview1",
  args: [basename(program), ...rest],
  env,
  preopens: { ".": cwd(), [repository]: repository },
});

try {
  const module = await WebAssembly.compile(readFileSync(program));
  const instance = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: wasi.wasiImport });
  exit(wasi.start(instance) ?? 0);
} catch (error) {
  // A panic ends in a trap: wasm32 cannot unwind. The panic's own message has been printed by now.
  console.error(`${basename(program)}: ${error}`);
  exit(101);
}
