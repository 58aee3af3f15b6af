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
  const begun = box.value; // what the server has: text typed over it is put back only over the same
  const kept = JSON.parse(sessionStorage.getItem(key) ?? "null");
  if (kept && kept.text !== begun) {
    const same = kept.begun === begun || !begun;
    if (same) box.value = kept.text;
    const note = document.createElement(same ? "p" : "div");
    note.className = "govuk-hint";
    note.setAttribute("role", "status");
    note.textContent = same ? "Your unsent text was put back." : "This was changed meanwhile. Your unsent text:";
    if (!same) note.append(Object.assign(document.createElement("pre"), { textContent: kept.text, className: "ms-unsent" }));
    box.after(note);
    for (let menu = box.closest("details"); menu; menu = menu.parentElement.closest("details")) menu.open = true;
  }
  box.addEventListener("input", () => sessionStorage.setItem(key, JSON.stringify({ begun, text: box.value })));
}
