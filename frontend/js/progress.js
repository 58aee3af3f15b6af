// Asks how far long work has come, and goes on when it is finished.
const PAUSE = 1500;

export function startProgress(page) {
  for (const box of page.querySelectorAll("[data-progress]")) ask(box);
}

async function ask(box) {
  try {
    const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" } });
    if (answer.redirected || answer.status === 403 || answer.status === 404) {
      window.location.reload(); // signed out, or no longer there: the page itself says so
      return;
    }
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
    // The network is away: the next round asks again.
  }
  setTimeout(() => ask(box), PAUSE);
}
