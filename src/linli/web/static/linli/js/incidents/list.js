// x chooses the line that j and k reached.

document.addEventListener("keydown", (event) => {
  if (event.key !== "x" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select, dialog[open]")) return;
  const box = document.activeElement?.closest("[data-list] tbody tr")?.querySelector("input[type=checkbox]");
  if (!box) return;
  event.preventDefault();
  box.click();
});
