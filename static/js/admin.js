// The admin's search-as-you-type selects get the name of their field, which the library leaves out.
function name(select) {
  const box = select.nextElementSibling;
  if (!box?.matches(".select2")) return;
  const label = select.labels?.[0] || select.closest("td")?.className.match(/field-(\w+)/);
  const words = label?.textContent?.replace(/:\s*$/, "").trim() || label?.[1]?.replaceAll("_", " ") || select.name;
  for (const part of box.querySelectorAll("[role=combobox], [role=textbox], .select2-search__field, [role=list]")) {
    part.removeAttribute("aria-labelledby");
    const chosen = part.matches(".select2-search__field") ? "" : box.querySelector(".select2-selection__rendered")?.title;
    part.setAttribute("aria-label", chosen ? `${words}: ${chosen}` : words);
  }
}

function all() {
  document.querySelectorAll("select.admin-autocomplete").forEach(name);
  for (const field of document.querySelectorAll(".select2-dropdown .select2-search__field:not([aria-label])")) {
    field.setAttribute("aria-label", "Search");
  }
}

let waiting = false;
new MutationObserver(() => {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    all();
  });
}).observe(document.body, { childList: true, subtree: true });
all();

// A page that waits for work in the background looks again by itself, unless somebody is typing or looking elsewhere.
const working = document.querySelector("[data-reload]");
if (working) {
  setInterval(() => {
    const busy = document.hidden || document.activeElement?.matches("input, select, textarea");
    if (!busy) location.reload();
  }, working.dataset.reload * 1000);
}
