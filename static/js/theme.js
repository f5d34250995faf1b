// Runs in the head before the page is painted: says that scripts run, and holds the theme of the cookie, also
// on a page the browser kept. The server sets the same attribute for readers without scripts.
(() => {
  const root = document.documentElement;
  root.classList.add("has-script");

  const chosen = () => (document.cookie.match(/(?:^|;\s*)theme=(light|dark)/) ?? [])[1];

  const apply = () => {
    const theme = chosen();
    if (theme) root.dataset.bsTheme = theme;
    else delete root.dataset.bsTheme;
    for (const button of document.querySelectorAll("[data-theme-form] button")) {
      button.setAttribute("aria-pressed", String(button.value === (theme ?? "system")));
    }
    document.dispatchEvent(new CustomEvent("theme-change"));
  };

  apply();
  addEventListener("pageshow", (event) => event.persisted && apply());

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-theme-form]") || !event.submitter) return;
    event.preventDefault();
    const theme = event.submitter.value;
    const age = theme === "system" ? 0 : 365 * 24 * 3600;
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `theme=${theme}; path=/; max-age=${age}; samesite=lax${secure}`;
    apply();
  });
})();
