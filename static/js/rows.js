// Lists of results by keyboard: arrows or j and k move, Enter opens, f goes to the filters. The current row
// survives a new list when its link is still there. Arrow down leads from a query field into its results. Trees open and close as a whole with data-expands.

const rows = () => [...document.querySelectorAll("[data-rows] [data-row]")];
const linkOf = (row) => row.querySelector("[data-row-link]");
const isTyping = (element) => element.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");

let address = null;

function makeCurrent(row) {
  for (const one of rows()) one.classList.toggle("is-current", one === row);
  address = linkOf(row).href;
  linkOf(row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = rows();
  if (!all.length) return false;
  const at = all.findIndex((row) => row.classList.contains("is-current"));
  makeCurrent(all[Math.min(Math.max(at + step, 0), all.length - 1)]);
  return true;
}

const STEPS = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 };

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "ArrowDown" && event.target.matches("[data-search] input:not([role=combobox])")) {
    if (move(1)) event.preventDefault();
    return;
  }
  if (isTyping(event.target) || event.target.closest("dialog, .menu, .sheet, [role=tablist]")) return;
  if (event.key in STEPS && move(STEPS[event.key])) event.preventDefault();
  if (event.key === "f") {
    const filters = document.querySelector("[data-filters]");
    if (filters?.matches("details")) filters.open = true;
    filters?.querySelector("input")?.focus();
    if (filters) event.preventDefault();
  }
});

document.addEventListener("htmx:afterSettle", () => {
  const row = rows().find((one) => linkOf(one).href === address);
  row?.classList.add("is-current");
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-expands]");
  if (!button) return;
  const parts = [...document.getElementById(button.dataset.expands).querySelectorAll("details")];
  const open = parts.some((part) => !part.open);
  for (const part of parts) part.open = open;
});
