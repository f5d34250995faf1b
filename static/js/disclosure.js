// A details element with an id stays as the reader left it when htmx renders its part again, and the focus
// returns to the field in it, which htmx cannot focus while its details are closed. A button with data-folds closes the details it stands in.

document.addEventListener("click", (event) => {
  const part = event.target.closest("[data-folds]")?.closest("details");
  if (!part) return;
  part.open = false;
  part.querySelector("summary").focus();
});

const left = new Map();
let focused = "";

document.addEventListener("htmx:beforeSwap", (event) => {
  for (const part of event.target.querySelectorAll("details[id]")) left.set(part.id, part.open);
  focused = event.target.contains(document.activeElement) ? document.activeElement.id : "";
});

document.addEventListener("htmx:afterSettle", () => {
  for (const [id, open] of left) {
    const part = document.getElementById(id);
    if (part) part.open = open;
  }
  left.clear();
  if (focused && document.activeElement === document.body) {
    document.getElementById(focused)?.focus({ preventScroll: true });
  }
  focused = "";
});
