// Asks how far long work has come, and goes on when it is finished.
const PAUSE = 1500;

export function startProgress(page) {
  for (const box of page.querySelectorAll("[data-progress]")) ask(box);
}

async function ask(box) {
  try {
    const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" } });
    if (answer.ok) {
      const { done, total, text, finished, href } = await answer.json();
      const bar = box.querySelector("progress");
      bar.max = total || 1;
      bar.value = done;
      box.querySelector("[role=status]").textContent = text ?? `${done} of ${total}`;
      if (finished) {
        if (href) window.location.assign(href);
        return;
      }
    }
  } catch {
    // The next round asks again.
  }
  setTimeout(() => ask(box), PAUSE);
}
