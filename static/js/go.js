// Ctrl+K: go to a page by its name, or to a ticket by its number or words of its subject. For staff with keys on.
const dialog = document.getElementById("go");
const field = dialog?.querySelector("[name=q]");
const list = dialog?.querySelector("ul");
const shown = () => [...list.querySelectorAll("li:not([hidden]) a")];

// The pages are those of the head of this page, so nobody is offered what they may not open.
function offer() {
  const pages = new Map();
  for (const link of document.querySelectorAll(".mast a[href]:not(.brand)")) pages.set(link.href, link.textContent.trim());
  list.replaceChildren(
    ...[...pages].map(([href, name]) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = href;
      link.textContent = name;
      item.append(link);
      return item;
    }),
  );
}

function narrow() {
  const words = field.value.trim().toLowerCase();
  for (const item of list.children) item.hidden = !item.textContent.toLowerCase().includes(words);
  const [first] = shown();
  dialog.querySelector("[role=status]").textContent = !words
    ? ""
    : first
      ? `${dialog.dataset.page} ${first.textContent}`
      : dialog.dataset.tickets;
}

document.addEventListener("keydown", (event) => {
  if (!dialog || event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
  if (event.altKey || event.shiftKey || document.querySelector("dialog[open]")) return;
  event.preventDefault(); // some browsers go to their own search
  field.value = "";
  offer();
  narrow();
  dialog.showModal();
});
field?.addEventListener("input", narrow);
dialog?.querySelector("form").addEventListener("submit", (event) => {
  const [first] = shown();
  if (field.value.trim() && !first) return; // to the queue, which looks for tickets
  event.preventDefault();
  if (field.value.trim()) location.assign(first.href);
});
dialog?.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const stops = [field, ...shown()];
  stops[Math.min(Math.max(stops.indexOf(document.activeElement) + step, 0), stops.length - 1)].focus();
});
