// Keyboard: / search (Escape leaves it), n new report, e emergency, j and k move in a list, Enter opens,
// a goes to what may be done with the case that is open, u back to the list and the line left there, ? help.

const LINES = "[data-row], [data-list] tbody tr";

const typing = (target) => target.closest("input, textarea, select, [contenteditable], dialog[open]");

const lines = () => [...document.querySelectorAll(LINES)].filter((line) => line.querySelector("a[href]"));

function to(line) {
  line?.querySelector("a[href]").focus();
  line?.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = lines();
  const here = all.findIndex((line) => line.contains(document.activeElement));
  const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step;
  to(all[Math.max(0, Math.min(all.length - 1, next))]);
}

// The line that was opened, and its list: whoever comes back goes on there, or at the line that
// has taken its place because its case is done.
const LEFT = "linli-left";
const here = () => location.pathname + location.search;
const left = () => JSON.parse(sessionStorage.getItem(LEFT) ?? "{}");
const keep = (where) => sessionStorage.setItem(LEFT, JSON.stringify(where));

document.addEventListener("click", ({ target }) => {
  const line = target.closest("a[href]")?.closest(LINES);
  const at = line ? lines().indexOf(line) : -1;
  if (at >= 0) keep({ list: here(), line: line.querySelector("a[href]").href, at });
});

function comeBack() {
  const { list, line, at, back } = left();
  const returned = back || performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  if (list !== here() || !returned) return;
  keep({ list, line, at });
  const all = lines();
  to(all.find((one) => one.querySelector("a[href]").href === line) ?? all[Math.min(at, all.length - 1)]);
}

function backToList() {
  if (!left().list || left().list === here()) return;
  keep({ ...left(), back: true });
  location.assign(left().list);
}

comeBack();

const KEYS = {
  "/": () => {
    const search = document.getElementById("shell-search");
    search?.focus();
    search?.select();
  },
  n: () => document.querySelector("[data-key=n]")?.click(),
  // Of the page itself, such as the case that is open; else a report of a new one.
  e: () => (document.querySelector("main [data-key=e]") ?? document.querySelector("[data-key=e]"))?.click(),
  j: () => move(1),
  k: () => move(-1),
  a: () => document.querySelector("#now .actions-stack a")?.focus(),
  u: backToList,
  "?": () => document.getElementById("keys-help")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.id === "shell-search") event.target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (!KEYS[event.key] || typing(event.target)) return;
  event.preventDefault();
  KEYS[event.key]();
});
