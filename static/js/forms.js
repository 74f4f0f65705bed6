// Focus goes to the error summary; its links go to the field; Ctrl+Enter sends; dates are said in words.
document.querySelector("[data-focus]")?.focus();

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".summary a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  const block = field.closest(".field") || field;
  block.scrollIntoView({ block: "start" });
  field.focus({ preventScroll: true });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.form;
  if (!form || event.target.tagName !== "TEXTAREA") return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("button.primary, button:not([type=button])"));
});

document.addEventListener("change", (event) => {
  const said = document.querySelector(`[data-date-words="${CSS.escape(event.target.id)}"]`);
  if (!said) return;
  const day = event.target.valueAsDate;
  said.textContent = day
    ? new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "full", timeZone: "UTC" }).format(day)
    : "";
});

// <select data-submit> sends its form at once; without scripts the button beside it does.
document.addEventListener("change", (event) => {
  if (event.target.matches?.("select[data-submit], input[data-submit]")) event.target.form.requestSubmit();
});

// A menu in the head of the page closes when one goes elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
