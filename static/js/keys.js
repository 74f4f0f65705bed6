// Single keys for staff, unless they turned them off on their account page: <html data-shortcuts="on">.
const rows = () => [...document.querySelectorAll(".table.queue tbody .title a")];
const writes = (element) => element.closest?.("input, textarea, select, [contenteditable]");

function move(step) {
  const links = rows();
  const at = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  links[at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1)]?.focus();
}

// Into the box when its tab is the present one, else to the tab.
function write(tab) {
  const link = document.querySelector(`#composer .tabs a[href*="tab=${tab}"]`);
  if (link?.hasAttribute("aria-current")) document.querySelector("#composer textarea")?.focus();
  else link?.click();
}

const keys = {
  "/": () => document.querySelector("main [type=search]")?.focus(),
  j: () => move(1),
  k: () => move(-1),
  r: () => write("reply"),
  n: () => write("note"),
  "?": () => document.getElementById("keys")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (document.documentElement.dataset.shortcuts !== "on") return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || writes(event.target)) return;
  if (!Object.hasOwn(keys, event.key) || document.querySelector("dialog[open]")) return;
  event.preventDefault(); // or the key would be the first letter in the box
  keys[event.key]();
});
