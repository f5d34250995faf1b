// A finding's place is a link into the text area that holds the document: it selects the line and shows it.

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-jump-to]");
  const area = link && document.getElementById(link.dataset.jumpTo);
  if (!area) return;
  event.preventDefault();
  show(area, Number(link.dataset.line), Number(link.dataset.column));
});

function show(area, line, column) {
  const lines = area.value.split("\n");
  const index = Math.min(Math.max(line, 1), lines.length) - 1;
  const start = lines.slice(0, index).reduce((sum, text) => sum + text.length + 1, 0);
  const from = start + Math.min(Math.max(column, 1) - 1, lines[index].length);
  area.focus({ preventScroll: true });
  area.setSelectionRange(from, start + lines[index].length);
  const height = parseFloat(getComputedStyle(area).lineHeight);
  area.scrollTop = Math.max(0, (index - 4) * height);
  area.scrollIntoView({ block: "nearest" });
}
