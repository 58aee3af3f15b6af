// "/" goes to the search box; J, K and Enter walk a worklist. Never while someone is typing, and not for
// whoever turned shortcuts off on their account page.
const typing = (element) => element.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

export function startKeys(page) {
  if (page.body.dataset.shortcuts === "off") return;
  const search = page.querySelector("[data-search-box]");
  const rows = [...page.querySelectorAll("[data-worklist] [data-row]")];
  let here = -1;

  const walk = (step) => {
    here = Math.min(Math.max(here + step, 0), rows.length - 1);
    rows.forEach((row, i) => row.classList.toggle("ms-row--here", i === here));
    const link = rows[here].querySelector("[data-open], a");
    (link ?? rows[here]).focus();
    rows[here].scrollIntoView({ block: "nearest" });
  };

  page.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "/" && search) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (rows.length && (event.key === "j" || event.key === "k")) {
      event.preventDefault();
      walk(event.key === "j" ? 1 : -1);
    } else if (event.key === "Enter" && here >= 0 && event.target === page.body) {
      rows[here].querySelector("[data-open], a")?.click();
    }
  });
  page.addEventListener("focusin", (event) => {
    const row = event.target.closest?.("[data-row]");
    if (row) here = rows.indexOf(row);
  });
}
