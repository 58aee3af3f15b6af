// Arrow keys walk the register; the line beneath tells what the cell means; Enter corrects the mark, where one may.
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

export function startRegisters(page) {
  for (const register of page.querySelectorAll("[data-register]")) {
    const rows = [...register.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll(".ms-mark")]);
    const told = register.querySelector("[data-register-told]");
    if (!rows.length) continue;
    let current = rows[0][0];
    current.tabIndex = 0;
    told.textContent = "Point at a mark, or use the arrow keys in the register, to read what it means.";

    register.addEventListener("focusin", ({ target }) => {
      if (!target.matches("td.ms-mark")) return;
      current.tabIndex = -1;
      current = target;
      current.tabIndex = 0;
      told.textContent = current.title;
    });
    register.addEventListener("keydown", (event) => {
      const step = STEPS[event.key];
      if (event.key === "Enter" && event.target === current) current.querySelector("a")?.click();
      if (!step || !event.target.matches("td.ms-mark")) return;
      event.preventDefault();
      const y = rows.findIndex((row) => row.includes(current));
      const next = rows[y + step[0]]?.[rows[y].indexOf(current) + step[1]];
      if (next) {
        next.tabIndex = -1;
        next.focus();
      }
    });
    register.addEventListener("pointerover", ({ target }) => {
      const mark = target.closest("td.ms-mark");
      if (mark) told.textContent = mark.title;
    });
  }
}
