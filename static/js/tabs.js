// Tabs inside a part of a page: without scripts every panel is shown, with them one. The choice of a language
// is kept for all blocks of the page.

// Tabs may hold tabs: those of an inner block are its own.
const tabsOf = (root) => [...root.querySelectorAll("[role=tab]")].filter((tab) => tab.closest("[data-tabs]") === root);

function select(root, chosen) {
  for (const tab of tabsOf(root)) {
    const on = tab === chosen;
    tab.setAttribute("aria-selected", String(on));
    tab.tabIndex = on ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).hidden = !on;
  }
}

function prepare(scope) {
  const roots = [...scope.querySelectorAll("[data-tabs]")];
  if (scope.matches?.("[data-tabs]")) roots.push(scope);
  for (const root of roots) {
    const tabs = tabsOf(root);
    const named = location.hash && tabs.find((tab) => `#${tab.getAttribute("aria-controls")}` === location.hash);
    const chosen = named || tabs.find((tab) => tab.getAttribute("aria-selected") === "true") || tabs[0];
    if (chosen) select(root, chosen);
  }
}

document.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-tabs] [role=tab]");
  if (!tab) return;
  event.preventDefault();
  select(tab.closest("[data-tabs]"), tab);
});

document.addEventListener("keydown", (event) => {
  const tab = event.target.closest?.("[data-tabs] [role=tab]");
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!tab || !step) return;
  event.preventDefault();
  const tabs = tabsOf(tab.closest("[data-tabs]"));
  const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
  select(tab.closest("[data-tabs]"), next);
  next.focus();
});

document.addEventListener("htmx:afterSettle", (event) => prepare(event.target));
prepare(document);
