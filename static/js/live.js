// <section id="discussion" data-live="/url" data-etag="..."> asks for its own newer version: every 5 s while somebody
// is here, every 60 s when idle, never while hidden. 304 leaves it alone; a form being edited is never replaced.
import { edited } from "./edited.js";

const ACTIVE = 5000;
const IDLE = 60000;
const IDLE_AFTER = 120000;
let last = Date.now();
for (const kind of ["pointermove", "keydown", "scroll", "touchstart"]) {
  addEventListener(kind, () => (last = Date.now()), { passive: true });
}

function busy(part) {
  if (part.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")) return true;
  return [...part.querySelectorAll("textarea, input, select")].some(edited);
}

async function ask(part) {
  if (document.hidden || busy(part) || part.querySelector(".htmx-request")) return;
  const headers = { "X-Live": "1" };
  if (part.dataset.etag) headers["If-None-Match"] = part.dataset.etag;
  const answer = await fetch(part.dataset.live, { headers, credentials: "same-origin", cache: "no-store" });
  if (answer.status !== 200 || answer.redirected) return;
  const html = await answer.text();
  part.dataset.etag = answer.headers.get("ETag") || "";
  if (busy(part)) return;
  put(part, html);
}

function put(part, html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const replacement = fresh.getElementById(part.id);
  const nodes = [...(replacement || fresh.body).childNodes].map((n) => document.importNode(n, true));
  const focused = part.contains(document.activeElement) && document.activeElement.id;
  part.replaceChildren(...nodes);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  window.htmx?.process(part);
  for (const other of fresh.querySelectorAll("[data-with]")) along(other, part);
  part.dispatchEvent(new CustomEvent("live:changed", { bubbles: true }));
}

// Parts elsewhere on the page that come with the same answer: <div id="facts" data-with="discussion">.
function along(other, part) {
  const there = document.getElementById(other.id);
  if (!there || part.contains(there) || busy(there)) return;
  there.replaceChildren(...[...other.childNodes].map((n) => document.importNode(n, true)));
  window.htmx?.process(there);
}

async function round() {
  for (const part of document.querySelectorAll("[data-live]")) {
    try {
      await ask(part);
    } catch {
      // no network: the next round asks again
    }
  }
  setTimeout(round, Date.now() - last > IDLE_AFTER ? IDLE : ACTIVE);
}
setTimeout(round, ACTIVE);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    last = Date.now();
    document.querySelectorAll("[data-live]").forEach((part) => ask(part).catch(() => {}));
  }
});
