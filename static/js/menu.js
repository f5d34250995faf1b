// Menus are details elements: one is open at a time, Esc and a click outside close it, arrows walk through it.

const openMenus = () => document.querySelectorAll(".menu[open], .sheet[open]");
const itemsOf = (menu) => [...menu.querySelectorAll(".menu-list :is(a, button), .sheet-list a")];

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const menu = [...openMenus()].at(-1);
  if (!menu) return;
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && menu.contains(document.activeElement)) {
    event.preventDefault();
    const items = itemsOf(menu);
    const step = event.key === "ArrowDown" ? 1 : -1;
    const next = items.indexOf(document.activeElement) + step;
    items.at(next >= items.length ? 0 : Math.max(next, -1))?.focus();
  }
});

document.addEventListener("focusout", (event) => {
  const menu = event.target.closest(".menu[open]");
  if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
});
