// <form data-draft="intake">: what one types stays on this device until the server has it.
// A page that confirms the sending carries data-draft-sent="intake" and clears it. A form that comes back empty to the
// place it was sent from was taken as well; one that comes back after another page, such as sign-in, was not.
const PREFIX = "draft:";
const SENDING = "draft-sending"; // of this tab: the draft whose answer is awaited
const DAYS = 30;
const skipped = new Set(["hidden", "password", "file", "submit", "button", "reset"]);

function store(act) {
  try {
    return act(localStorage);
  } catch {
    return null; // private windows may refuse
  }
}

function fields(form) {
  return [...form.elements].filter((e) => e.name && !skipped.has(e.type) && !e.readOnly && !("noDraft" in e.dataset));
}

function key(form) {
  return PREFIX + form.dataset.draft;
}

function save(form) {
  const values = {};
  for (const e of fields(form)) {
    if (e.type === "radio") { if (e.checked) values[e.name] = e.value; }
    else values[e.name] = e.type === "checkbox" ? e.checked : e.value;
  }
  store((s) => s.setItem(key(form), JSON.stringify({ at: Date.now(), values })));
}

function restore(form) {
  const kept = store((s) => JSON.parse(s.getItem(key(form)) || "null"));
  if (!kept || Date.now() - kept.at > DAYS * 86400000) return;
  if (form.querySelector("[aria-invalid]") || "draftKeep" in form.dataset) return; // a refused form brings its own words
  const waiting = [];
  for (const e of fields(form)) {
    if (!(e.name in kept.values)) continue;
    const value = kept.values[e.name];
    if (e.type === "checkbox") e.checked = value;
    else if (e.type === "radio") e.checked = e.value === value;
    else if (e.tagName === "SELECT" && ![...e.options].some((o) => o.value === value)) waiting.push([e.name, value]);
    else if (!e.value || e.tagName === "SELECT") {
      const changed = e.value !== value;
      e.value = value;
      if (changed && e.tagName === "SELECT") e.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
  if (waiting.length) late(form, waiting);
}

// Lists that follow another list arrive later; their choice is made when they do.
function late(form, waiting) {
  form.addEventListener("htmx:afterSettle", () => {
    for (const [name, value] of waiting) {
      const e = form.elements.namedItem(name);
      if (e && e.options && [...e.options].some((o) => o.value === value) && !e.value) {
        e.value = value;
        e.dispatchEvent(new Event("change", { bubbles: true }));
      }
    }
  });
}

function forget(name) {
  store((s) => s.removeItem(PREFIX + name));
}

// The first page after a sending says how it went: by the same form, empty, that one was led to and did not go back to.
function settle() {
  const name = store(() => sessionStorage.getItem(SENDING));
  if (!name) return;
  store(() => sessionStorage.removeItem(SENDING));
  const form = document.querySelector(`form[data-draft="${CSS.escape(name)}"]`);
  const led = performance.getEntriesByType("navigation")[0]?.type === "navigate";
  const taken = form && led && !form.querySelector("[aria-invalid]") && fields(form).every((e) => e.tagName !== "TEXTAREA" || !e.value);
  if (taken) forget(name);
}

for (const sent of document.querySelectorAll("[data-draft-sent]")) forget(sent.dataset.draftSent);
settle();
// After htmx has wired the page, or nobody hears that the department changed and its lists stay empty.
function restoreAll() {
  for (const form of document.querySelectorAll("form[data-draft]")) restore(form);
}
if (document.readyState === "complete") restoreAll();
else document.addEventListener("DOMContentLoaded", restoreAll);
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form && form.dataset && form.dataset.draft) save(form);
});
document.addEventListener("submit", (event) => {
  const { draft, draftsEnd } = event.target.dataset;
  if (draft) store(() => sessionStorage.setItem(SENDING, draft));
  // Who signs out leaves nothing about tickets behind; a request of one's own stays, as its page says.
  if (draftsEnd !== undefined) {
    store((s) => Object.keys(s).filter((k) => k.startsWith(PREFIX) && k !== `${PREFIX}intake`).forEach((k) => s.removeItem(k)));
  }
});
