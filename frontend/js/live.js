// The live meeting: one key decides (1 to 7), N goes to the note, A to the action; Ctrl+Enter saves and goes on, from
// within a box, too. Single keys not while someone is typing, and not for whoever turned shortcuts off.
const typing = (element) => element.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

export function startLive(page) {
  const form = page.querySelector("form[data-live]");
  if (!form) return;
  const choices = form.querySelectorAll("input[name=choice]");
  const boxes = { n: form.elements.note, a: form.elements.line };

  page.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form.contains(event.target)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[name=and_next]"));
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (page.body.dataset.shortcuts === "off") return;
    const choice = choices[Number(event.key) - 1];
    if (choice) choice.checked = true;
    const box = choice ? boxes.n : boxes[event.key.toLowerCase()];
    if (!box) return;
    event.preventDefault();
    box.focus();
  });
}
