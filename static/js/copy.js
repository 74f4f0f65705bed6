// <button data-copy="text"> or data-copy="#id": copies, and says so to everybody.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  event.preventDefault();
  const given = button.dataset.copy;
  const source = given.startsWith("#") ? document.querySelector(given) : null;
  const text = source ? source.href || source.value || source.textContent.trim() : given;
  if (await put(text)) say(button);
});

async function put(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = Object.assign(document.createElement("textarea"), { value: text, className: "vh" });
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy"); // plain http has no clipboard
    field.remove();
    return done;
  }
}

function say(button) {
  const words = button.querySelector("[data-copy-words]") || button.lastChild;
  if (button.dataset.said) return;
  const before = words.textContent;
  button.dataset.said = "1";
  words.textContent = button.dataset.copied || "Copied";
  button.setAttribute("aria-live", "polite");
  setTimeout(() => {
    words.textContent = before;
    delete button.dataset.said;
  }, 2000);
}
for (const button of document.querySelectorAll("[data-copy][hidden]")) button.hidden = false;
