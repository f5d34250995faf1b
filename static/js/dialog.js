// A link with data-opens shows its dialog instead of the page it leads to, one with data-shows opens when htmx brings
// it; Cancel closes it. The browser keeps the focus inside and gives it back.

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    const dialog = document.getElementById(opener.dataset.opens);
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
    }
    return;
  }
  const closer = event.target.closest("[data-closes]");
  const dialog = closer?.closest("dialog[open]");
  if (dialog) {
    event.preventDefault();
    dialog.close();
  } else if (event.target.matches("dialog.window[open]") && !inside(event.target, event)) {
    event.target.close();
  }
});

function inside(dialog, { clientX, clientY }) {
  const box = dialog.getBoundingClientRect();
  return clientX >= box.left && clientX <= box.right && clientY >= box.top && clientY <= box.bottom;
}

document.addEventListener("htmx:afterSettle", () => {
  for (const dialog of document.querySelectorAll("dialog[data-shows]:not([open])")) {
    dialog.removeAttribute("data-shows");
    dialog.showModal();
    const first = dialog.querySelector("[autofocus], .window-body :is(input, select, textarea):not([type=hidden])");
    first?.focus();
  }
});
