// The late module in a worker, which is sent a port to serve.

import init, { serve } from "./explorer.js";

const ready = init({ module_or_path: new URL("explorer_bg.wasm", import.meta.url) });

self.addEventListener("message", ({ data: port }) => {
  ready.then(() => serve(port, 40), (error) => setTimeout(() => { throw error; }));
});
