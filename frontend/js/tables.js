// A tick box for all rows, and the number of rows ticked.
export function startTables(page) {
  for (const slot of page.querySelectorAll("[data-select-all]")) {
    const scope = slot.closest("form") ?? slot.closest("table");
    const boxes = [...scope.querySelectorAll(`input[type=checkbox][name="${CSS.escape(slot.dataset.selectAll)}"]`)];
    const count = scope.querySelector("[data-bulk-count]");
    const all = document.createElement("input");
    all.type = "checkbox";
    all.className = "ms-tick";
    all.setAttribute("aria-label", "Select all rows shown");
    slot.append(all);

    const tell = () => {
      const ticked = boxes.filter((box) => box.checked).length;
      all.checked = ticked === boxes.length;
      all.indeterminate = ticked > 0 && ticked < boxes.length;
      if (count) count.textContent = ticked ? `${ticked} of ${boxes.length} ticked` : "Tick rows first.";
    };
    all.addEventListener("change", () => {
      for (const box of boxes) box.checked = all.checked;
      tell();
    });
    for (const box of boxes) box.addEventListener("change", tell);
    tell();
  }
}
