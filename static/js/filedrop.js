// A file dropped on a drop zone becomes the choice of its file field; a small text file is shown in the text
// area the zone names, so that findings can lead to their line.

const SHOWN_BYTES = 2_000_000;

for (const type of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(type, (event) => {
    const zone = event.target.closest?.("[data-drop]");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("is-over", type === "dragover");
    if (type !== "drop" || !event.dataTransfer.files.length) return;
    const field = zone.querySelector("input[type=file]");
    field.files = event.dataTransfer.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

document.addEventListener("change", async (event) => {
  const zone = event.target.closest("[data-drop]");
  const file = zone && event.target.files?.[0];
  const area = file && document.getElementById(zone.dataset.drop);
  if (!area || file.size > SHOWN_BYTES) return;
  area.value = await file.text();
  event.target.value = "";
  const name = zone.querySelector("[data-file-name]");
  if (name) name.textContent = file.name;
});
