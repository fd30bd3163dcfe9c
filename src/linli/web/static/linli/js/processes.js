// The picture of the process in three sizes; without this it scrolls, and a phone zooms by itself.

for (const figure of document.querySelectorAll("[data-zoomed]")) {
  const picture = figure.querySelector("svg");
  const bar = figure.querySelector(".zoom-bar");
  if (!picture || !bar) continue;
  const natural = picture.viewBox.baseVal.width;
  bar.hidden = false;
  const box = picture.parentElement;
  box.scrollLeft = (box.scrollWidth - box.clientWidth) / 2; // where a matter begins
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-zoom]");
    if (!button) return;
    picture.setAttribute("width", natural * Number(button.dataset.zoom));
    picture.removeAttribute("height");
    for (const one of bar.querySelectorAll("[data-zoom]")) {
      one.setAttribute("aria-pressed", String(one === button));
    }
  });
}
