// A host that sends commands: the frame takes them because its address names this page's origin as `host`.
const frame = document.getElementById("run");
frame.src = `../index.html?embed=1&host=${encodeURIComponent(location.origin)}`;

for (const button of document.querySelectorAll("button[data-type]")) {
  button.addEventListener("click", () => frame.contentWindow.postMessage({ type: button.dataset.type }, location.origin));
}

addEventListener("message", (event) => {
  if (event.source !== frame.contentWindow || event.data?.source !== "quorum-playground") return;
  if (event.data.type === "resize") frame.height = event.data.height;
  document.getElementById("said").textContent = JSON.stringify(event.data);
});
