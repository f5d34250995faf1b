// A link with data-opens shows its dialog instead of the page it leads to; one with data-dialog asks that page for the
// dialog it has; a dialog with data-shows opens when htmx brings it, with the focus where something is wrong. Cancel
// closes it, and so does a click beside it, but for one with data-stays, which shows what is shown once. The browser
// keeps the focus inside and gives it back.

const WINDOW = "window";

// Where dialogs that are asked for stand: made when the first one is, for pages without scripts need none.
function place() {
  const found = document.getElementById(WINDOW);
  if (found) return found;
  const made = document.createElement("div");
  made.id = WINDOW;
  document.body.append(made);
  return made;
}

const isPlain = (event) => !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;

document.addEventListener("click", (event) => {
  const asker = event.target.closest("a[data-dialog]");
  if (asker && window.htmx && isPlain(event)) {
    event.preventDefault();
    // Out of the menu first: the focus comes back to what is still there.
    const menu = asker.closest("details.menu");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    window.htmx.ajax("GET", asker.href, { source: asker, target: place(), swap: "innerHTML" });
    return;
  }
  const opener = event.target.closest("[data-opens]");
  if (opener && isPlain(event)) {
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
  } else if (event.target.matches("dialog.window[open]:not([data-stays])") && !inside(event.target, event)) {
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
    const wrong = dialog.querySelector("[aria-invalid=true]:not([type=hidden])");
    const first = dialog.querySelector("[autofocus], .window-body :is(input, select, textarea):not([type=hidden])");
    (wrong ?? first)?.focus();
  }
});

// What cannot be shown as a dialog is a page: of an error, or of the sign-in.
document.addEventListener("htmx:responseError", ({ detail }) => {
  if (detail.target?.id === WINDOW && detail.requestConfig.verb === "get") location.assign(detail.requestConfig.path);
});
