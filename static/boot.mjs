// Loads the engine: shows how far it is, waits for a click where the address asks for that, and says what is wrong
// where it can't be loaded. Everything else is in the module.

const loader = document.getElementById("loader");
const body = document.body;
const element = (id) => document.getElementById(id);

/** Shows one of the prepared states: loading, waiting, ready, trouble, no-wasm, no-load. */
const show = (state) => { body.dataset.state = state; };

/** The wasm as a response that reports how much of it has come. */
async function fetched(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const encoded = response.headers.get("content-encoding");
  const total = encoded ? 0 : Number(response.headers.get("content-length"));
  const progress = element("progress");
  if (!response.body || !progress) return response;
  let loaded = 0;
  const counted = response.body.pipeThrough(new TransformStream({
    transform(chunk, controller) {
      loaded += chunk.byteLength;
      if (total && progress.isConnected) progress.value = Math.min(100, (100 * loaded) / total);
      controller.enqueue(chunk);
    },
  }));
  return new Response(counted, { headers: { "content-type": "application/wasm" } });
}

function fail(error) {
  console.error(error);
  show("no-load");
}

/** After the page has measured its frames: the engine's turn, in a module of its own. */
function measure() {
  element("bench-results").hidden = false;
  const watch = new MutationObserver(async () => {
    if (body.dataset.bench !== "frames") return;
    watch.disconnect();
    const { default: init } = await import(new URL("bench.js", document.baseURI));
    await init({ module_or_path: new URL("bench_bg.wasm", document.baseURI) });
  });
  watch.observe(body, { attributeFilter: ["data-bench"] });
}

/** Runs a module of the page: it takes the place of the one before. */
async function load(js, wasm) {
  const { default: init } = await import(new URL(js, document.baseURI));
  await init({ module_or_path: fetched(new URL(wasm, document.baseURI)) });
}

/** The module with every protocol: the first one calls this when somebody wants one that it does not carry. */
const loadAll = () => load("all.js", "all_bg.wasm");
globalThis.playgroundMore = loadAll;

let desk, coming, said, missed = 0;

/** What stands in the open places of the desk until it draws there, or where it can't be loaded. */
function note() {
  for (const place of document.querySelectorAll("[data-desk]")) {
    const words = document.createElement("p");
    words.className = "note";
    words.setAttribute("role", "status");
    place.replaceChildren(words);
    words.textContent = coming ? "Loading…" : "This part could not be loaded: check the connection.";
    if (coming) continue;
    const again = document.createElement("button");
    again.className = "press";
    again.textContent = "Try again";
    again.addEventListener("click", () => { coming = fetchDesk(); note(); });
    place.append(again);
  }
}

/** Loads the panels that nobody needs at first. A browser may remember what it missed: then another address. */
async function fetchDesk() {
  try {
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = new URL("desk.css", document.baseURI);
    const dressed = new Promise((done) => { sheet.onload = sheet.onerror = done; });
    document.head.append(sheet);
    const late = await import(new URL(`explorer.js${missed ? `?${missed}` : ""}`, document.baseURI));
    await late.default({ module_or_path: new URL("explorer_bg.wasm", document.baseURI) });
    await dressed;
    document.querySelectorAll("[data-desk]").forEach((place) => place.replaceChildren());
    desk = late.desk;
    desk(...said);
  } catch (error) {
    console.warn(error);
    missed += 1;
    coming = undefined;
    note();
  }
}

/** The page says how its run stands, as bytes, and by what function it hears wishes. No bytes: it leaves. */
globalThis.playgroundDesk = (...words) => {
  said = words;
  if (desk) return desk(...said);
  if (!missed) coming ??= fetchDesk();
  note();
};

/** The protocol that the address names, if one can be read there. Not so sure: the modules read it properly. */
function named() {
  const [, link, name] = /^#(?:v1\.([\w-]{4,88})|([a-z0-9-]+))/.exec(location.hash) ?? [];
  if (!link) return name;
  try {
    const whole = link.slice(0, link.length & ~3).replace(/-/g, "+").replace(/_/g, "/");
    const bytes = atob(whole);
    return bytes.slice(1, 1 + bytes.charCodeAt(0));
  } catch {
    return undefined;
  }
}

const slug = named() ?? loader.dataset.first;
const wantsAll = () => slug !== loader.dataset.first;

// The poster shows the first scene. For another that would be the wrong picture: then it shows but the protocol's name.
if (location.hash.length > 1) {
  const scene = document.querySelector(".first-scene");
  const word = (text) => (/[aeiouy]/.test(text) ? text[0].toUpperCase() + text.slice(1) : text.toUpperCase());
  const name = /^[a-z0-9-]{1,64}$/.test(slug) ? slug.split("-").filter(Boolean).map(word).join("-") : "";
  scene.dataset.neutral = "";
  scene.querySelector("title").textContent = `${name}: not yet running`;
  scene.querySelector(".first-name").textContent = name;
}

async function start() {
  show("loading");
  try {
    await (wantsAll() ? loadAll() : load(loader.dataset.js, loader.dataset.wasm));
  } catch (error) {
    // A panic has already said what happened.
    if (body.dataset.state !== "trouble") fail(error);
  }
}

element("trouble-reload").addEventListener("click", () => {
  const link = element("trouble-link").value;
  if (link) history.replaceState(null, "", link);
  location.reload();
});
element("trouble-fresh").addEventListener("click", () => {
  history.replaceState(null, "", location.pathname);
  location.reload();
});
element("run").addEventListener("click", start, { once: true });

try {
  const theme = new URLSearchParams(location.search).get("theme") ?? localStorage.getItem("quorum-playground.theme");
  if (["light", "dark", "projector", "contrast"].includes(theme)) document.documentElement.dataset.theme = theme;
} catch {
  // Storage is forbidden here; the system's colours will do.
}

if (new URLSearchParams(location.search).get("bench") === "1") measure();
if (typeof WebAssembly !== "object") show("no-wasm");
else if (new URLSearchParams(location.search).get("load") === "click") show("waiting");
else start();
