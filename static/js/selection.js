// Choosing rows of a list and acting on them by keyboard: x selects the current row, Shift and a click select a range,
// and the letter of a button (data-key) presses it, of the bulk bar when rows are selected and of the row otherwise.
// What is selected and which row is current survive a new list as long as their rows are in it.

const root = () => document.querySelector("[data-selection]");
const boxes = () => [...document.querySelectorAll("[data-select]")];
const checked = () => boxes().filter((box) => box.checked);
const rowOf = (element) => element?.closest?.("[data-row]");

let anchor = null;

function currentRow() {
  const list = root();
  return rowOf(document.activeElement) ?? list?.querySelector("[data-row].is-current");
}

function show() {
  const list = root();
  if (!list) return;
  const all = boxes();
  const chosen = checked();
  const every = list.querySelector("[data-select-all]");
  const count = every?.checked ? Number(every.dataset.selectAll) : chosen.length;
  const page = list.querySelector("[data-select-page]");
  if (page) {
    page.checked = all.length > 0 && chosen.length === all.length;
    page.indeterminate = chosen.length > 0 && chosen.length < all.length;
  }
  list.classList.toggle("has-selection", count > 0);
  const words = `${count.toLocaleString("en-GB")} selected`;
  for (const part of list.querySelectorAll("[data-selected-words], [data-selected-said]")) part.textContent = words;
  for (const part of list.querySelectorAll("[data-selected-number]")) part.textContent = count.toLocaleString("en-GB");
}

function select(box, on) {
  box.checked = on;
  anchor = box.value;
}

function selectRange(box) {
  const all = boxes();
  const from = all.findIndex((one) => one.value === anchor);
  const to = all.indexOf(box);
  if (from < 0) return;
  for (const one of all.slice(Math.min(from, to), Math.max(from, to) + 1)) one.checked = box.checked;
}

document.addEventListener("click", (event) => {
  const box = event.target.closest?.("[data-select]");
  if (!box) return;
  if (event.shiftKey) selectRange(box);
  anchor = box.value;
  show();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-select-page]")) for (const box of boxes()) box.checked = event.target.checked;
  if (event.target.matches("[data-select-all]") && event.target.checked) for (const box of boxes()) box.checked = true;
  if (event.target.matches("[data-select], [data-select-page]") && !event.target.checked) {
    const every = root()?.querySelector("[data-select-all]");
    if (every) every.checked = false;
  }
  if (event.target.closest("[data-selection]")) show();
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !root()) return;
  if (event.target.matches("input:not([type=checkbox]), textarea, select")) {
    if (event.key === "Escape") rowOf(event.target)?.querySelector("[data-cancels]")?.click();
    return;
  }
  if (event.target.closest("dialog, .menu, .sheet")) return;
  const row = currentRow();
  if (event.key === "x" && row) {
    const box = row.querySelector("[data-select]");
    if (box) select(box, !box.checked);
    show();
  } else if (/^[a-z]$/.test(event.key)) {
    const bar = checked().length ? document.querySelector("#bulk") : null;
    const button = (bar ?? row)?.querySelector(`[data-key="${event.key}"]`) ?? row?.querySelector(`[data-key="${event.key}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  }
});

let kept = { ids: [], at: -1 };

document.addEventListener("htmx:beforeSwap", (event) => {
  const list = root();
  if (!list || !(event.target === list || list.contains(event.target))) return;
  const rows = [...list.querySelectorAll("[data-row]")];
  kept = { ids: checked().map((box) => box.value), at: rows.indexOf(currentRow()) };
});

document.addEventListener("htmx:afterSettle", () => {
  const list = root();
  if (!list) return;
  for (const box of boxes()) if (kept.ids.includes(box.value)) box.checked = true;
  const rows = [...list.querySelectorAll("[data-row]")];
  // Who acted on a row goes on with the one that took its place.
  if (kept.at >= 0 && rows.length && document.activeElement === document.body) {
    rows[Math.min(kept.at, rows.length - 1)].querySelector("[data-row-link]")?.focus({ preventScroll: true });
  }
  kept = { ids: [], at: -1 };
  show();
});

show();
