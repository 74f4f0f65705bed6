// <a href="/page" data-dialog="#id"> opens <dialog id>; without scripts the link leads to the same form on a page.
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-dialog]");
  const dialog = opener && document.querySelector(opener.dataset.dialog);
  if (dialog?.showModal) {
    event.preventDefault();
    dialog.showModal();
    return;
  }
  const closer = event.target.closest?.("[data-close]");
  if (closer) {
    event.preventDefault();
    closer.closest("dialog")?.close();
  } else if (event.target.tagName === "DIALOG") {
    event.target.close(); // a click beside it
  }
});
