// Typed text of `<form data-draft="key">` survives a lost connection or an expired session.
// Kept in this browser, per reader, for three days; never contacts, passwords or files.

const PREFIX = "linli-draft:";
const KEPT_MS = 3 * 24 * 3600 * 1000;
const reader = document.body.dataset.reader ?? "";
const PERSONAL = /tel|email|name|password|address|phone|contact|cc-|bday/;

const keyOf = (form) => `${PREFIX}${reader}:${form.dataset.draft}`;

function drafts() {
  return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, draft) {
  try {
    localStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // No room or storage refused: the form still works, only without a draft.
  }
}

function kept(field) {
  if (!field.name || field.closest("[data-no-draft]")) return false;
  if (PERSONAL.test(field.autocomplete) || PERSONAL.test(field.name)) return false;
  return field.matches("textarea, select, input:not([type]), input[type=text], input[type=date], input[type=number]");
}

function values(form) {
  const fields = [...form.elements].filter(kept);
  return Object.fromEntries(fields.map((field) => [field.name, field.value]));
}

function restore(form) {
  const draft = read(keyOf(form));
  if (!draft) return;
  let restored = false;
  for (const field of [...form.elements].filter(kept)) {
    const text = draft.values[field.name];
    const untouched = field.matches("select") || field.value === "";
    if (!text || !untouched || field.value === text) continue;
    field.value = text;
    restored = restored || field.matches("textarea, input");
  }
  if (restored) say(form);
}

function say(form) {
  const note = document.getElementById("draft-note")?.content.firstElementChild.cloneNode(true);
  if (!note) return;
  note.querySelector("button").addEventListener("click", () => {
    localStorage.removeItem(keyOf(form));
    form.reset();
    note.remove();
  });
  form.prepend(note);
}

function begin(root) {
  root.querySelectorAll?.("form[data-draft]").forEach((form) => {
    if (form.dataset.draftOn) return;
    form.dataset.draftOn = "1";
    restore(form);
  });
}

/** After a success the server says so: the drafts that were sent are done with. */
function clearSent() {
  for (const key of drafts()) {
    const draft = read(key);
    const old = !draft || Date.now() - draft.at > KEPT_MS;
    const done = draft?.sent && document.querySelector("[data-success]");
    if (old || done) localStorage.removeItem(key);
  }
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.dataset.draft && kept(event.target)) {
    write(keyOf(form), { at: Date.now(), values: values(form) });
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.hasAttribute("data-clear-drafts")) drafts().forEach((key) => localStorage.removeItem(key));
  if (form.dataset.draft) write(keyOf(form), { at: Date.now(), sent: true, values: values(form) });
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt.closest?.("form[data-draft]");
  const { status } = event.detail.xhr;
  if (form && event.detail.requestConfig.verb !== "get" && status >= 200 && status < 300) {
    localStorage.removeItem(keyOf(form));
  }
});
document.addEventListener("htmx:afterSwap", () => begin(document));  // the target may be gone

clearSent();
begin(document);
