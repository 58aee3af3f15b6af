// Long text survives a lost connection and a sign-in that ended: kept in this tab only, for the person who typed it,
// until the server says that it has it (data-saved, see ui.message) or they sign out.
// <textarea data-autosave-key="…"> for one box, <form data-autosave-form="…"> for all boxes of a form.
const PREFIX = "mainstay-draft:";
const BOXES = "textarea:not([data-autosave-key]), input[type=text][maxlength]"; // the parts of a date have no maxlength

export function startAutosave(page) {
  const person = page.querySelector("[data-person]")?.dataset.person;
  if (person) forget((key) => !key.startsWith(`${PREFIX}${person}:`));
  for (const { dataset } of page.querySelectorAll("[data-saved]")) {
    const key = `${PREFIX}${person ?? ""}:${dataset.saved}`;
    forget((each) => each === key || each.startsWith(`${key}:`));
  }
  const start = `${PREFIX}${person ?? ""}:`;
  for (const box of page.querySelectorAll("textarea[data-autosave-key]")) keep(box, start + box.dataset.autosaveKey);
  for (const form of page.querySelectorAll("form[data-autosave-form]")) {
    for (const box of form.querySelectorAll(BOXES)) {
      keep(box, `${start}${form.dataset.autosaveForm}:${box.name}`);
    }
  }
  for (const form of page.querySelectorAll("form[data-sign-out]")) {
    form.addEventListener("submit", () => sessionStorage.clear());
  }
}

function forget(goes) {
  const drafts = Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
  for (const key of drafts.filter(goes)) sessionStorage.removeItem(key);
}

function keep(box, key) {
  const kept = sessionStorage.getItem(key);
  if (kept && !box.value) {
    box.value = kept;
    const note = document.createElement("p");
    note.className = "govuk-hint";
    note.setAttribute("role", "status");
    note.textContent = "Your unsent text was put back.";
    box.after(note);
    for (let menu = box.closest("details"); menu; menu = menu.parentElement.closest("details")) menu.open = true;
  }
  box.addEventListener("input", () => sessionStorage.setItem(key, box.value));
}
