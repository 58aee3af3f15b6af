// Menus close when one looks elsewhere; copy buttons; filters start closed in narrow windows.
export function startMenus(page) {
  const menus = [...page.querySelectorAll("details[data-menu]")];
  page.addEventListener("click", (event) => {
    for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
  });
  page.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus.filter((each) => each.open)) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}

export function startCopying(page) {
  if (!navigator.clipboard) return;
  for (const button of page.querySelectorAll("[data-copy]")) {
    const label = button.innerHTML;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = "Copied";
      setTimeout(() => (button.innerHTML = label), 2000);
    });
  }
}

export function startFilters(page) {
  if (window.matchMedia("(min-width: 48.0625em)").matches) return;
  for (const panel of page.querySelectorAll("details[data-filter]")) panel.open = false;
}

// A clock that goes on: what the server wrote stays where there is no JavaScript.
export function startClock(page) {
  const clock = page.querySelector("[data-clock]");
  if (!clock) return;
  const shown = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium", timeZone: "Europe/London" });
  const tick = () => (clock.textContent = shown.format(new Date()));
  tick();
  setInterval(tick, 1000);
}
