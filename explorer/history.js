// One history entry for each thing the reader did.
//
// Streamlit pushes two entries when a link leads to another page with a query ("old path, new query" and then
// "new path, new query"), and none when it leads to the same page with another query. Here every press or key
// may add one entry; what follows before the next one replaces it.
if (!window.codepeftHistory) {
  window.codepeftHistory = true;
  const push = history.pushState.bind(history);
  const replace = history.replaceState.bind(history);
  let asked = true;
  for (const gesture of ["pointerdown", "keydown"]) {
    addEventListener(gesture, () => { asked = true; }, true);
  }
  history.pushState = (...entry) => {
    (asked ? push : replace)(...entry);
    asked = false;
  };
  addEventListener("click", (event) => {
    const link = event.target.closest?.('[data-testid="stPageLink-NavLink"]');
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (link && !elsewhere && link.pathname === location.pathname && link.search !== location.search) {
      history.pushState({}, "", link.href);
    }
  }, true);
  // The menu is a landmark, and its current entry is named as such.
  const landmark = () => {
    const menu = document.querySelector(".st-key-menu:not([role])");
    if (menu) {
      menu.setAttribute("role", "navigation");
      menu.setAttribute("aria-label", "Pages");
    }
  };
  new MutationObserver(landmark).observe(document.body, {childList: true, subtree: true});
  landmark();
}
