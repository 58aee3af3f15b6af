// Long text survives a lost connection: kept in this tab only, gone once sent or signed out.
const PREFIX = "mainstay-draft:";

export function startAutosave(page) {
  for (const box of page.querySelectorAll("textarea[data-autosave-key]")) {
    const key = PREFIX + box.dataset.autosaveKey;
    const kept = sessionStorage.getItem(key);
    if (kept && !box.value) {
      box.value = kept;
      const note = document.createElement("p");
      note.className = "govuk-hint";
      note.setAttribute("role", "status");
      note.textContent = "Your unsent text was put back.";
      box.after(note);
    }
    box.addEventListener("input", () => sessionStorage.setItem(key, box.value));
    box.form?.addEventListener("submit", () => sessionStorage.removeItem(key));
  }
  for (const form of page.querySelectorAll("form[data-sign-out]")) {
    form.addEventListener("submit", () => sessionStorage.clear());
  }
}
