// Copy buttons: the text of data-copy, or of the code shown in the same block; the icon confirms for 2 s.

const CONFIRMED_MS = 2000;

document.addEventListener("click", async (event) => {
  const button = event.target.closest(".copy-button");
  if (!button) return;
  const text = "copy" in button.dataset ? button.dataset.copy : shownCode(button);
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyBySelection(text);
  }
  button.classList.add("is-copied");
  announce("Copied");
  setTimeout(() => button.classList.remove("is-copied"), CONFIRMED_MS);
});

function shownCode(button) {
  const block = button.closest(".code-block");
  return block.querySelector("pre.code:not([hidden])").textContent;
}

// Without https there is no clipboard interface; a selected text area still can be copied.
function copyBySelection(text) {
  const area = document.createElement("textarea");
  area.className = "visually-hidden";
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

function announce(words) {
  let region = document.getElementById("announcements");
  if (!region) {
    region = document.createElement("div");
    region.id = "announcements";
    region.className = "visually-hidden";
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  region.textContent = "";
  requestAnimationFrame(() => (region.textContent = words));
}
