// What is typed on a visit outlives a lost connection: sealed with a key that only this page's memory has, until the
// server says that it has it. <form data-sealed-form="visit-7"> with [data-sealed-said] in it for what is said. It is
// sent by this script and stays as it is until then; the server's side is mainstay.service.common.ui.sealed.
// The sealed text is worth nothing without its key: another page finds only that something was lost, and removes it.
import { initAll } from "govuk-frontend";

const PREFIX = "mainstay-sealed:";
const SIGNED_OUT = "mainstay-signed-out"; // heard by the other windows
const LONGEST = 24 * 3600 * 1000;
const PAUSE = 400; // after the last key
const PATIENCE = 30_000;
const MINUTE = 60_000;
const TOKEN = "csrfmiddlewaretoken";
const HAS_IT = 201, REFUSED = 400, NOT_LET_IN = 403, BOTH = 409;
const STAYS = "Your text is kept in this page, sealed. Leave the page open and save again";

export function startSealed(page) {
  const orphans = Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
  for (const key of orphans) sessionStorage.removeItem(key);
  for (const out of page.querySelectorAll("form[data-sign-out]")) {
    out.addEventListener("submit", () => localStorage.setItem(SIGNED_OUT, Date.now()));
  }
  if (!crypto.subtle) return; // only on a page without https: what is typed then lives in the page alone
  for (const form of page.querySelectorAll("form[data-sealed-form]")) {
    seal(form, page, orphans.includes(PREFIX + form.dataset.sealedForm));
  }
}

function seal(form, page, lost) {
  const place = PREFIX + form.dataset.sealedForm;
  let started = values(form);
  let key, timer, since, sending = false;
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

  function clear(words) {
    forget();
    fill(form, started);
    tell(words);
  }

  function age() {
    if (since === undefined || Date.now() - since < LONGEST) return;
    clear("What was typed more than 24 hours ago and never sent was removed.");
  }

  const changed = () => JSON.stringify(values(form)) !== JSON.stringify(started);
  const told = () => form.querySelector("[data-sealed-said]");
  const tell = (words) => {
    if (told()) told().textContent = words;
  };
  // what is typed while it is sent would not be sent; what is said about it is still read aloud
  const still = (yes) => {
    sending = yes;
    for (const part of form.children) part.inert = yes && !part.contains(told());
  };

  async function send(button) {
    still(true);
    clearTimeout(timer);
    tell("Saving.");
    await keep().catch(() => undefined); // no room for it: it is still in the boxes
    const typed = new FormData(form);
    if (button?.name) typed.append(button.name, button.value);
    const post = () => ask(form.action, { method: "POST", body: typed });
    try {
      let answer = await post();
      if (answer.status === NOT_LET_IN && (await renew(typed))) answer = await post();
      if (answer.status === HAS_IT) return goOn(answer.headers.get("Location"));
      still(false);
      if ([REFUSED, BOTH].includes(answer.status) && (await show(answer))) return;
      const out = answer.type === "opaqueredirect";
      tell(out ? `You are signed out. ${STAYS} when you have signed in in another window.` : `The server could not save this. ${STAYS} later.`);
    } catch {
      still(false);
      tell(`There is no connection. ${STAYS} when it is back.`);
    }
    button?.focus();
  }

  function goOn(there) {
    forget();
    started = values(form);
    window.location.assign(there);
  }

  // Whoever signed in again in another window has another token; only the same person's goes with these words.
  async function renew(typed) {
    const other = parsed(await (await ask(form.action)).text());
    const token = other.querySelector(`form[data-sealed-form] [name=${TOKEN}]`);
    if (!token || other.body.dataset.person !== page.body.dataset.person) return false;
    typed.set(TOKEN, token.value);
    return true;
  }

  // The server's page in place of this one: refused, with what was typed in its boxes, still unsent; or another's words
  // in the boxes, and the server has these.
  async function show(answer) {
    const other = parsed(await answer.text());
    const again = other.querySelector(`form[data-sealed-form="${form.dataset.sealedForm}"]`);
    if (!again) return false;
    const main = page.adoptNode(again.closest("main"));
    page.querySelector("main").replaceWith(main);
    page.title = other.title;
    form = again;
    listen();
    if (answer.status === BOTH) {
      forget();
      started = values(form);
    } else tell("Not saved yet. Kept in this page, sealed.");
    initAll({ scope: main });
    main.querySelector(".govuk-error-summary")?.focus();
    return true;
  }

  function listen() {
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        await keep();
        tell("Not saved yet. Kept in this page, sealed.");
      }, PAUSE);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!sending) send(event.submitter);
    });
  }

  listen();
  if (lost) tell("What was typed here was not sent before the page was left. It could not be read any more and was removed.");
  window.addEventListener("online", () => changed() && tell("The connection is back: save now."));
  window.addEventListener("pageshow", () => {
    still(false);
    age();
    putBack();
  });
  page.addEventListener("visibilitychange", age);
  setInterval(age, MINUTE);
  window.addEventListener("beforeunload", (event) => {
    if (changed()) event.preventDefault();
  });
  const signedOut = () => clear("You signed out: what was typed here and not sent was removed.");
  for (const out of page.querySelectorAll("form[data-sign-out]")) out.addEventListener("submit", signedOut);
  window.addEventListener("storage", (event) => event.key === SIGNED_OUT && signedOut());
}

const ask = (address, how) =>
  fetch(address, { ...how, headers: { "X-Sealed": "yes" }, redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
const parsed = (text) => new DOMParser().parseFromString(text, "text/html");

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
    if (box.type === "radio") box.checked = box.value === kept[box.name];
    else if (box.type === "textarea" || box.type === "text") box.value = kept[box.name] ?? box.value;
  }
}

const base64 = (data) => btoa(data.reduce((text, each) => text + String.fromCharCode(each), ""));
const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
