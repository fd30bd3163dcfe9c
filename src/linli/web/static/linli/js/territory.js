// The tree, the map and the card of the territory say the same: choosing in one shows in all.

const htmx = window.htmx;
const place = document.querySelector("[data-territory]");
const card = document.getElementById("area-card");
const box = document.getElementById("territory-map") ?? document.getElementById("flaw-map");
let map = null;

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function extentOf(collection) {
  const bounds = new window.maplibregl.LngLatBounds();
  const walk = (part) => (typeof part[0] === "number" ? bounds.extend(part) : part.forEach(walk));
  collection.features.forEach((feature) => feature.geometry && walk(feature.geometry.coordinates));
  return bounds;
}

/** The outline of the card's area, whichever level the map shows. */
async function drawChosen() {
  const chosen = card?.querySelector("[data-outline]");
  if (!map || !chosen) return;
  const answer = await fetch(chosen.dataset.outline);
  if (!answer.ok) return;
  const outline = await answer.json();
  const source = map.getSource("chosen");
  if (source) {
    source.setData(outline);
  } else {
    map.addSource("chosen", { type: "geojson", data: outline });
    map.addLayer({ id: "chosen-fill", type: "fill", source: "chosen", paint: { "fill-color": token("--primary"), "fill-opacity": 0.14 } });
    map.addLayer({ id: "chosen", type: "line", source: "chosen", paint: { "line-color": token("--primary"), "line-width": 3 } });
  }
  const bounds = extentOf(outline);
  if (!bounds.isEmpty()) map.fitBounds(bounds, { padding: 64, maxZoom: 12, animate: !matchMedia("(prefers-reduced-motion: reduce)").matches });
}

function markInTree(id) {
  place?.querySelectorAll(".branch-line.chosen").forEach((line) => {
    line.classList.remove("chosen");
    line.querySelector(".branch-name").removeAttribute("aria-current");
  });
  const link = place?.querySelector(`.branch-name[data-card*="${id}"]`);
  link?.closest(".branch-line").classList.add("chosen");
  link?.setAttribute("aria-current", "true");
}

async function showCard(address) {
  await htmx.ajax("GET", address, { target: "#area-card", swap: "innerHTML" });
  const chosen = card.querySelector("[data-id]");
  if (!chosen) return;
  markInTree(chosen.dataset.id);
  const here = new URL(location.href);
  here.searchParams.set("area", chosen.dataset.id);
  here.searchParams.delete("find");
  history.replaceState(null, "", here);
  if (card.getBoundingClientRect().top > innerHeight - 120) card.scrollIntoView({ block: "start" });
  drawChosen();
}

async function toggle(button) {
  const list = button.closest(".branch").querySelector(":scope > .branch-list");
  const open = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(open));
  list.hidden = !open;
  if (open && !list.children.length) await htmx.ajax("GET", button.dataset.branch, { target: list, swap: "innerHTML" });
}

/** Arrow keys as in a file list: up and down move, right opens, left closes or goes up. */
function keys(event) {
  const line = event.target.closest(".branch-line");
  if (!line) return;
  const names = [...place.querySelectorAll(".branch-name")].filter((name) => name.offsetParent);
  const name = line.querySelector(".branch-name");
  const button = line.querySelector(".branch-toggle");
  const open = button?.getAttribute("aria-expanded") === "true";
  const go = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (go) names[names.indexOf(name) + go]?.focus();
  else if (event.key === "ArrowRight" && button && !open) toggle(button);
  else if (event.key === "ArrowLeft" && open) toggle(button);
  else if (event.key === "ArrowLeft") line.closest(".branch-list")?.closest(".branch")?.querySelector(".branch-name").focus();
  else return;
  event.preventDefault();
}

function searchKeys(event) {
  const first = document.querySelector("#found a");
  if (!first) return;
  if (event.key === "ArrowDown") first.focus();
  else if (event.key === "Enter") showCard(first.dataset.card);
  else return;
  event.preventDefault();
}

function foundKeys(event) {
  const go = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!go) return;
  const links = [...document.querySelectorAll("#found a")];
  const next = links.indexOf(event.target.closest("a")) + go;
  (links[next] ?? (next < 0 ? document.getElementById("area-q") : null))?.focus();
  event.preventDefault();
}

place?.querySelector(".tree .branch-line.chosen")?.scrollIntoView({ block: "nearest" });
place?.addEventListener("click", (event) => {
  const button = event.target.closest(".branch-toggle");
  if (button) toggle(button);
  const link = event.target.closest("[data-card]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  showCard(link.dataset.card);
});
place?.addEventListener("keydown", keys);
document.getElementById("area-q")?.addEventListener("keydown", searchKeys);
document.getElementById("found")?.addEventListener("keydown", foundKeys);

box?.addEventListener("map:ready", ({ detail }) => { map = detail.map; drawChosen(); });
if (card) {
  box?.addEventListener("map:area", ({ detail }) => {
    const { cards, query } = card.dataset;
    showCard(`${cards}${detail.id}${query ? `?${query}` : ""}`);
  });
}
document.querySelectorAll("[data-choose][data-lon]").forEach((button) => button.addEventListener("click", () => {
  box?.dispatchEvent(new CustomEvent("map:choose", { detail: { id: button.dataset.choose } }));
  map?.easeTo({ center: [Number(button.dataset.lon), Number(button.dataset.lat)], zoom: 14 });
  box?.scrollIntoView({ block: "nearest" });
}));
