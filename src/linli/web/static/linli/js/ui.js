// Menus, dialogs, messages, file previews, counters: small help for native elements.

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  const target = event.target;
  closeMenus(target.closest("details.menu"));
  const opener = target.closest("[data-dialog-open]");
  if (opener) document.getElementById(opener.dataset.dialogOpen)?.showModal();
  if (target.closest("[data-dialog-close]")) target.closest("dialog")?.close();
  const closer = target.closest("[data-close]");
  if (closer) closer.parentElement.remove();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details.menu[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

if (window.matchMedia("(max-width: 767.98px)").matches) {
  document.querySelectorAll("[data-fold]").forEach((part) => { part.open = false; });
}

// Tabs that do not fit on a phone scroll sideways: the one that is open is in sight.
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

function previewOf(file) {
  const item = document.createElement("li");
  item.className = "preview";
  if (file.type.startsWith("image/")) {
    const image = document.createElement("img");
    image.alt = "";
    image.src = URL.createObjectURL(file);
    image.onload = () => URL.revokeObjectURL(image.src);
    item.append(image);
  } else {
    const box = document.createElement("span");
    box.className = "file";
    box.append(document.getElementById("file-icon")?.content.cloneNode(true) ?? "");
    item.append(box);
  }
  const size = file.size < 1e6 ? `${Math.ceil(file.size / 1e3)} KB` : `${(file.size / 1e6).toFixed(1)} MB`;
  item.append(`${file.name} · ${size}`);
  return item;
}

document.addEventListener("change", (event) => {
  const box = event.target.closest("[data-upload]");
  if (!box || event.target.type !== "file") return;
  box.querySelector(".previews").replaceChildren(...Array.from(event.target.files, previewOf));
});

for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(name, (event) => {
    event.target.closest?.("[data-upload]")?.classList.toggle("over", over);
  });
}

document.addEventListener("input", (event) => {
  const counter = event.target.id && document.querySelector(`[data-count-for="${CSS.escape(event.target.id)}"]`);
  if (counter) counter.textContent = `${event.target.value.length} / ${event.target.maxLength}`;
});

/** A table's own "all" box, and the number of chosen rows. */
document.addEventListener("change", (event) => {
  const frame = event.target.closest("[data-choose]");
  if (!frame) return;
  const boxes = [...frame.querySelectorAll("tbody input[type=checkbox]")];
  if (event.target.matches("[data-all]")) boxes.forEach((box) => { box.checked = event.target.checked; });
  boxes.forEach((box) => box.closest("tr").classList.toggle("selected", box.checked));
  const chosen = boxes.filter((box) => box.checked).length;
  frame.querySelectorAll("[data-chosen]").forEach((place) => { place.textContent = chosen; });
  frame.querySelectorAll("[data-bulk]").forEach((bar) => { bar.hidden = chosen === 0; });
});

/** To what went wrong; in a form that has just opened, to its first field (its heading where a
 * keyboard would cover the screen). What was swapped is gone from `event.detail.target`. */
function focusOn(root, opened) {
  const wrong = root.querySelector("[data-focus]");
  if (wrong || !opened) return wrong?.focus();
  const form = root.querySelector("form[data-draft]");
  const field = form?.querySelector("input:not([type=hidden]), select, textarea");
  const heading = root.querySelector("[data-form-heading]");
  (window.matchMedia("(pointer: fine)").matches ? field ?? heading : heading ?? field)?.focus();
}
/** A form that was closed gives the focus back to the button that had opened it. */
function focusBack(root, address) {
  const button = [...root.querySelectorAll("a[href]")].find((link) => link.getAttribute("href") === address);
  button?.closest("details")?.setAttribute("open", "");
  button?.focus();
}
document.addEventListener("htmx:afterSwap", ({ detail: { target } }) => {
  const root = target.isConnected ? target : document.getElementById(target.id);
  const closed = target === root ? null : target.querySelector("form[data-draft]")?.getAttribute("action");
  if (root && closed && !root.querySelector("form[data-draft]")) focusBack(root, closed);
  else if (root) focusOn(root, root.id === "now");
});
focusOn(document, false);

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-back]")) window.history.back();
  if (event.target.closest("[data-print]")) window.print();
});
