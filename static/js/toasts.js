// Toasts leave by themselves after 6 s, wait under the pointer or the focus, and stay when they must be read.

const SHOWN_MS = 6000;
const LEAVING_MS = 160;

function leave(toast) {
  toast.classList.add("is-leaving");
  setTimeout(() => toast.remove(), LEAVING_MS);
}

function watch(toast) {
  if (toast.dataset.toast === "stays" || toast.dataset.watched) return;
  toast.dataset.watched = "true";
  const wait = () => {
    if (toast.matches(":hover, :focus-within")) setTimeout(wait, 1000);
    else leave(toast);
  };
  setTimeout(wait, SHOWN_MS);
}

const prepare = () => document.querySelectorAll("[data-toast]").forEach(watch);

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dismiss-toast]");
  if (button) leave(button.closest("[data-toast]"));
});

document.addEventListener("htmx:afterSettle", prepare);
prepare();
