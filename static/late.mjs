// Starts the late module: in a worker, which is sent a port to serve, or in the page where no worker can start.

import init, { serve } from "./explorer.js";

const ready = init({ module_or_path: new URL("explorer_bg.wasm", import.meta.url) });
const fail = (error) => setTimeout(() => { throw error; });

if (typeof document === "undefined") {
  self.addEventListener("message", ({ data: port }) => { ready.then(() => serve(port, 40), fail); });
} else {
  globalThis.playgroundServe = (port) => { ready.then(() => serve(port, 6), fail); };
}
