// Parts of a page that follow what is typed: a list after another list, fields after a type, a preview. htmx asks for
// them; here it is seen to that no choice is lost between a person who is quick and a line that is slow.
import { edited } from "./edited.js";

const heard = new WeakSet();
const typedAt = new WeakMap(); // the part -> when something in it was last typed
const askedAt = new WeakMap(); // the request -> when it was sent

// From this moment on htmx listens too. Caught on the way down, so that a draft put back at the same moment counts.
const listen = () => {
  for (const kind of ["input", "change"]) document.addEventListener(kind, (event) => heard.add(event.target));
};
window.addEventListener("DOMContentLoaded", listen, { capture: true });

// An answer made without what is typed now would take the newest choice back; the request that follows brings all of it.
document.addEventListener("input", (event) => {
  const part = event.target.closest?.("[hx-sync]");
  if (part) typedAt.set(part, performance.now());
});
document.addEventListener("htmx:beforeSend", (event) => askedAt.set(event.detail.xhr, performance.now()));
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (typedAt.get(requestConfig.elt) > askedAt.get(xhr)) event.detail.shouldSwap = false;
});

// What was chosen before the page listened, and what the browser fills in again on the way back, was told to nobody.
window.addEventListener("pageshow", () => {
  for (const part of document.querySelectorAll("select[hx-get], [hx-post][hx-trigger^=input]")) {
    const controls = part.matches("select") ? [part] : [...part.querySelectorAll("input, select, textarea")];
    const missed = controls.find((control) => !heard.has(control) && edited(control));
    missed?.dispatchEvent(new Event(missed === part ? "change" : "input", { bubbles: true }));
  }
});
