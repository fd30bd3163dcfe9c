// x chooses the line that j and k reached, b goes to the button for what is chosen.

const KEYS = {
  x: () => document.activeElement?.closest("[data-list] tbody tr")?.querySelector("input[type=checkbox]"),
  b: () => document.querySelector("[data-bulk]:not([hidden]) button"),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select, dialog[open]")) return;
  const found = KEYS[event.key]?.();
  if (!found) return;
  event.preventDefault();
  if (event.key === "x") found.click();
  else found.focus();
});
