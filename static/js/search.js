// The search field: «/» goes to it, arrows walk through its suggestions, Enter opens one, Esc closes them.

// Fields whose suggestions were closed with Esc: an answer still on its way must not open them again.
const dismissed = new WeakSet();

const suggestionsOf = (input) => document.getElementById(input.getAttribute("aria-controls"));
const optionsOf = (list) => [...list.querySelectorAll("[role=option]")];

function show(input, open) {
  const list = suggestionsOf(input);
  if (!list) return;
  const shown = open && optionsOf(list).length > 0;
  list.hidden = !shown;
  input.setAttribute("aria-expanded", String(shown));
  if (!shown) choose(input, null);
}

function choose(input, option) {
  for (const one of optionsOf(suggestionsOf(input))) one.setAttribute("aria-selected", String(one === option));
  if (option) {
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else {
    input.removeAttribute("aria-activedescendant");
  }
}

function move(input, step) {
  const list = suggestionsOf(input);
  if (list.hidden) show(input, true);
  const options = optionsOf(list);
  if (!options.length) return;
  const at = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
  const next = at + step;
  choose(input, next < 0 || next >= options.length ? null : options[next]);
}

function onKey(event) {
  const input = event.target;
  const list = suggestionsOf(input);
  if (!list || event.isComposing) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(input, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter") {
    const chosen = list.hidden ? null : list.querySelector("[aria-selected=true]");
    if (chosen) {
      event.preventDefault();
      location.assign(chosen.href);
    }
  } else if (event.key === "Escape") {
    if (!list.hidden) {
      event.preventDefault();
      dismissed.add(input);
      show(input, false);
    } else {
      input.blur();
    }
  }
}

const isTyping = (element) => element.isContentEditable || element.matches("input, textarea, select");

document.addEventListener("keydown", (event) => {
  if (event.target.matches?.("[data-search] [role=combobox]")) {
    onKey(event);
  } else if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target)) {
    const input = [...document.querySelectorAll("[data-search] input")].find((one) => one.offsetParent);
    if (input) {
      event.preventDefault();
      input.focus();
      input.select();
    }
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  const input = document.querySelector(`[role=combobox][aria-controls="${event.target.id}"]`);
  if (input) show(input, document.activeElement === input && input.value.trim() !== "" && !dismissed.has(input));
});

document.addEventListener("input", (event) => dismissed.delete(event.target));

document.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-search] [role=combobox]") && event.target.value.trim()) show(event.target, true);
});

document.addEventListener("focusout", (event) => {
  const form = event.target.closest("[data-search]");
  const input = form?.querySelector("[role=combobox]");
  if (input && !form.contains(event.relatedTarget)) show(input, false);
});

// The list must not take the focus from the field before a click on it arrives.
document.addEventListener("mousedown", (event) => {
  if (event.target.closest(".suggestions")) event.preventDefault();
});
