// What is typed on a visit outlives a lost connection: sealed with a key that only this page's memory has, and sent by
// the person once there is a connection again. <form data-sealed-form="visit-7"> with [data-sealed-said] for what is said.
// The sealed text is worth nothing without its key: another page finds only that something was lost, and removes it.
const PREFIX = "mainstay-sealed:";
const LONGEST = 24 * 3600 * 1000;
const PAUSE = 400; // after the last key
const AGAIN = 10_000;

export function startSealed(page) {
  const orphans = Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
  for (const key of orphans) sessionStorage.removeItem(key);
  if (!crypto.subtle) return; // only on a page without https: what is typed then lives in the page alone
  for (const form of page.querySelectorAll("form[data-sealed-form]")) {
    seal(form, page, orphans.includes(PREFIX + form.dataset.sealedForm));
  }
}

function seal(form, page, lost) {
  const place = PREFIX + form.dataset.sealedForm;
  const said = form.querySelector("[data-sealed-said]");
  const started = values(form);
  let key, timer, since, leaving = false;
  const fresh = () => {
    key = crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    since = undefined;
  };
  fresh();

  async function keep() {
    since ??= Date.now();
    const nonce = crypto.getRandomValues(new Uint8Array(12));
    const text = new TextEncoder().encode(JSON.stringify(values(form)));
    const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, await key, text));
    if (since !== undefined) sessionStorage.setItem(place, JSON.stringify([since, base64(nonce), base64(sealed)]));
  }

  async function putBack() {
    const kept = sessionStorage.getItem(place);
    if (!kept || changed()) return;
    const [, nonce, sealed] = JSON.parse(kept);
    try {
      const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(nonce) }, await key, bytes(sealed));
      fill(form, JSON.parse(new TextDecoder().decode(text)));
      tell("Your unsent text was put back.");
    } catch {
      sessionStorage.removeItem(place);
    }
  }

  function forget() {
    clearTimeout(timer);
    sessionStorage.removeItem(place);
    fresh();
  }

  function age() {
    if (since === undefined || Date.now() - since < LONGEST) return;
    forget();
    form.reset();
    tell("What was typed more than 24 hours ago and never sent was removed.");
  }

  const changed = () => JSON.stringify(values(form)) !== JSON.stringify(started);
  const tell = (words) => {
    if (said) said.textContent = words;
  };

  if (lost) tell("What was typed here was not sent before the page was left. It could not be read any more and was removed.");

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      await keep();
      tell("Not saved yet. Kept in this page, sealed.");
    }, PAUSE);
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (leaving) return;
    clearTimeout(timer);
    const button = event.submitter;
    await keep();
    if (!(await answers(form.action))) {
      tell("There is no connection, or you are signed out. Your text is kept in this page, sealed. Leave the page open and save again.");
      return;
    }
    if (button?.name) form.append(hidden(button.name, button.value));
    leaving = true;
    forget();
    form.submit();
  });

  window.addEventListener("online", () => changed() && tell("The connection is back: save now."));
  window.addEventListener("pageshow", () => {
    leaving = false;
    putBack();
  });
  page.addEventListener("visibilitychange", age);
  setInterval(age, AGAIN * 6);
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && changed()) event.preventDefault();
  });
  for (const out of page.querySelectorAll("form[data-sign-out]")) {
    out.addEventListener("submit", () => {
      leaving = true;
      forget();
    });
  }
}

// Whether the server is there and still knows who this is: a sign-in page would answer by leading elsewhere.
async function answers(address) {
  try {
    const answer = await fetch(address, { method: "HEAD", redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(AGAIN) });
    return answer.ok;
  } catch {
    return false;
  }
}

function values(form) {
  const found = {};
  for (const box of form.elements) {
    if (box.type === "radio") {
      if (box.checked) found[box.name] = box.value;
    } else if (box.type === "textarea" || box.type === "text") found[box.name] = box.value;
  }
  return found;
}

function fill(form, kept) {
  for (const box of form.elements) {
    if (!(box.name in kept)) continue;
    if (box.type === "radio") box.checked = box.value === kept[box.name];
    else if (box.type === "textarea" || box.type === "text") box.value = kept[box.name];
  }
}

function hidden(name, value) {
  const box = document.createElement("input");
  [box.type, box.name, box.value] = ["hidden", name, value];
  return box;
}

const base64 = (data) => btoa(data.reduce((text, each) => text + String.fromCharCode(each), ""));
const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
