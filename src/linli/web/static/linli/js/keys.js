// Keyboard: / search (Escape leaves it), n new report, e emergency, j and k move in a list, Enter opens, ? help.

const LINES = "[data-row], [data-list] tbody tr";

const typing = (target) => target.closest("input, textarea, select, [contenteditable], dialog[open]");

function move(step) {
  const lines = [...document.querySelectorAll(LINES)].filter((line) => line.querySelector("a[href]"));
  if (!lines.length) return;
  const here = lines.findIndex((line) => line.contains(document.activeElement));
  const next = here < 0 ? (step > 0 ? 0 : lines.length - 1) : here + step;
  const line = lines[Math.max(0, Math.min(lines.length - 1, next))];
  line.querySelector("a[href]").focus();
  line.scrollIntoView({ block: "nearest" });
}

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
  "?": () => document.getElementById("keys-help")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.id === "shell-search") event.target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (!KEYS[event.key] || typing(event.target)) return;
  event.preventDefault();
  KEYS[event.key]();
});
