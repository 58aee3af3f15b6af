// Long text survives a lost connection: kept in this tab only, gone once sent or signed out.
// <textarea data-autosave-key="…"> for one box, <form data-autosave-form="…"> for all boxes of a form.
const PREFIX = "mainstay-draft:";

export function startAutosave(page) {
  for (const box of page.querySelectorAll("textarea[data-autosave-key]")) keep(box, box.dataset.autosaveKey);
  for (const form of page.querySelectorAll("form[data-autosave-form]")) {
    for (const box of form.querySelectorAll("textarea:not([data-autosave-key])")) {
      keep(box, `${form.dataset.autosaveForm}:${box.name}`);
    }
  }
  for (const form of page.querySelectorAll("form[data-sign-out]")) {
    form.addEventListener("submit", () => sessionStorage.clear());
  }
}

function keep(box, name) {
  const key = PREFIX + name;
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
