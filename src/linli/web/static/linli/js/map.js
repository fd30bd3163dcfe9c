// Maps of the county's own areas on paper colour: no base map, no glyph server.
// <div data-map data-areas="URL" data-points="URL" data-value="step">; pin: data-lon, data-lat
// name the form's inputs. Loaded with vendor/maplibre-gl-csp.js by the pages that have maps.

const { maplibregl } = window;
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const EMPTY = { type: "FeatureCollection", features: [] };
// Where a name may stand off its place, in pixels: as near as a cluster leaves room.
const BESIDE = [[0, 0], [0, 16], [0, -16], [0, 28], [0, -28], [28, 0], [-28, 0], [44, 0], [-44, 0]];
const LATIN = /^[\u0000-\u024f]/;

function style() {
  return { version: 8, sources: {}, layers: [
    { id: "paper", type: "background", paint: { "background-color": token("--paper") } },
  ] };
}

const json = async (address) => {
  const answer = await fetch(address, { headers: { Accept: "application/geo+json" } });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
};

function extent(collection) {
  const box = new maplibregl.LngLatBounds();
  const walk = (part) => (typeof part[0] === "number" ? box.extend(part) : part.forEach(walk));
  collection.features.forEach((feature) => feature.geometry && walk(feature.geometry.coordinates));
  return box;
}

function fillColour(value) {
  if (!value) return token("--card");
  const steps = [1, 2, 3, 4, 5].flatMap((step) => [step, token(`--step-${step}`)]);
  return ["match", ["to-number", ["get", value], 0], ...steps, token("--card")];
}

function addAreas(map, areas, value) {
  map.addSource("areas", { type: "geojson", data: areas, promoteId: "id" });
  map.addLayer({ id: "areas", type: "fill", source: "areas",
    paint: { "fill-color": ["case", ["to-boolean", ["get", "flagged"]], token("--flagged"), fillColour(value)], "fill-opacity": ["case", ["boolean", ["feature-state", "hover"], false], 0.7, 1] } });
  map.addLayer({ id: "area-lines", type: "line", source: "areas",
    paint: { "line-color": token("--line-strong"), "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.4, 13, 1.2] } });
  map.addLayer({ id: "area-chosen", type: "line", source: "areas", filter: ["==", ["get", "id"], ""],
    paint: { "line-color": token("--primary"), "line-width": 3 } });
  return labelAreas(map, areas);
}

function centre(feature) {
  const { lon, lat } = feature.properties;
  return lon === undefined ? extent({ features: [feature] }).getCenter() : [lon, lat];
}

/** Chinese names are drawn from the reader's own fonts; the few Latin ones as elements. */
function labelAreas(map, areas) {
  const named = areas.features.filter((feature) => feature.properties.name && feature.geometry);
  const points = named.filter((feature) => !LATIN.test(feature.properties.name)).map((feature) => ({
    type: "Feature", properties: { name: feature.properties.name },
    geometry: { type: "Point", coordinates: maplibregl.LngLat.convert(centre(feature)).toArray() },
  }));
  map.addSource("names", { type: "geojson", data: { ...EMPTY, features: points } });
  map.addLayer({ id: "names", type: "symbol", source: "names",
    layout: { "text-field": ["get", "name"], "text-size": 14, "text-padding": 1,
      "text-variable-anchor-offset": BESIDE.flatMap(([across, down]) => ["center", [across / 14, down / 14]]) },
    paint: { "text-color": token("--ink"), "text-halo-color": token("--card"), "text-halo-width": 1.5 } });
  const latin = named.filter((feature) => LATIN.test(feature.properties.name)).slice(0, 60);
  return latin.map((feature) => {
    const element = document.createElement("span");
    element.className = "map-label";
    element.textContent = feature.properties.name;
    element.setAttribute("aria-label", feature.properties.name);
    element.setAttribute("role", "img");
    return new maplibregl.Marker({ element }).setLngLat(centre(feature)).addTo(map);
  });
}

const apart = (a, b) => a.right < b.left || a.left > b.right || a.bottom < b.top || a.top > b.bottom;

/** A name stands beside a cluster, not below it; the first of two names keeps its place. */
function arrange(map, labels) {
  const boxes = (selector) => [...map.getContainer().querySelectorAll(selector)].map((one) => one.getBoundingClientRect());
  const kept = boxes(".map-cluster, .map-point");
  labels.forEach((label) => {
    const element = label.getElement();
    const free = BESIDE.some((offset) => {
      label.setOffset(offset);
      const box = element.getBoundingClientRect();
      return kept.every((one) => apart(box, one)) && kept.push(box);
    });
    element.style.visibility = free ? "" : "hidden";
  });
}

function clusterMarker(map, feature) {
  const { cluster_id: id, point_count: count } = feature.properties;
  const button = document.createElement("button");
  button.type = "button";
  button.className = count >= 100 ? "map-cluster many" : "map-cluster";
  button.textContent = feature.properties.point_count_abbreviated;
  button.setAttribute("aria-label", map.getContainer().dataset.cluster.replace("{number}", count));
  button.setAttribute("role", "button");
  button.addEventListener("click", async (event) => {
    event.stopPropagation();
    const zoom = await map.getSource("points").getClusterExpansionZoom(id);
    map.easeTo({ center: feature.geometry.coordinates, zoom });
  });
  return button;
}

function pointMarker(map, feature) {
  const { title, url, tone } = feature.properties;
  const button = document.createElement("button");
  button.type = "button";
  button.className = `map-point tone-${tone ?? "primary"}`;
  button.setAttribute("aria-label", title ?? "");
  button.setAttribute("role", "button");
  button.addEventListener("click", (event) => {
    event.stopPropagation();  // a press of the map itself would close what opens here
    const link = document.createElement(url ? "a" : "span");
    if (url) link.href = url;
    link.textContent = title;
    const popup = new maplibregl.Popup({ offset: 12 }).setLngLat(feature.geometry.coordinates).setDOMContent(link).addTo(map);
    popup.getElement().addEventListener("keydown", ({ key }) => {
      if (key !== "Escape") return;
      popup.remove();
      button.focus();
    });
  });
  return button;
}

/** Clusters and points are buttons over the map: reachable by keyboard, readable aloud. */
function addPoints(map, points) {
  map.addSource("points", { type: "geojson", data: points, cluster: true, clusterRadius: 48, clusterMaxZoom: 14 });
  map.addLayer({ id: "points", type: "circle", source: "points", paint: { "circle-radius": 1, "circle-opacity": 0 } });
  // Seen by nobody: keeps the room of the buttons free of names that are drawn.
  map.addImage("room", { width: 36, height: 36, data: new Uint8Array(36 * 36 * 4) });
  map.addLayer({ id: "rooms", type: "symbol", source: "points",
    layout: { "icon-image": "room", "icon-allow-overlap": true } });
  const shown = new Map();
  const refresh = () => {
    if (!map.isSourceLoaded("points")) return;
    const wanted = new Map();
    for (const feature of map.querySourceFeatures("points")) {
      const { cluster_id: id, url, title } = feature.properties;
      wanted.set(id ? `c${id}` : `p${url ?? title}${feature.geometry.coordinates}`, feature);
    }
    shown.forEach((marker, key) => {
      if (wanted.has(key)) return;
      // A cluster that opened under the keyboard: the next Tab goes on to what it held.
      if (marker.getElement() === document.activeElement) map.getCanvas().focus({ preventScroll: true });
      marker.remove();
      shown.delete(key);
    });
    wanted.forEach((feature, key) => {
      if (shown.has(key)) return;
      const element = feature.properties.cluster ? clusterMarker(map, feature) : pointMarker(map, feature);
      shown.set(key, new maplibregl.Marker({ element }).setLngLat(feature.geometry.coordinates).addTo(map));
    });
  };
  map.on("moveend", refresh);
  map.on("sourcedata", (event) => { if (event.sourceId === "points") refresh(); });
  map.on("idle", refresh);  // until then the tiles of the zoom before are still there
}

function listen(map, box) {
  let hovered = null;
  map.on("mousemove", "areas", ({ features }) => {
    if (hovered !== null) map.setFeatureState({ source: "areas", id: hovered }, { hover: false });
    hovered = features[0].id ?? null;
    if (hovered !== null) map.setFeatureState({ source: "areas", id: hovered }, { hover: true });
  });
  map.on("click", "areas", ({ features }) => {
    const { properties } = features[0];
    map.setFilter("area-chosen", ["==", ["get", "id"], properties.id ?? ""]);
    box.dispatchEvent(new CustomEvent("map:area", { bubbles: true, detail: properties }));
  });
  box.addEventListener("map:choose", ({ detail }) => map.setFilter("area-chosen", ["==", ["get", "id"], detail.id]));
}

function pinPicking(map, box) {
  const form = box.closest("form");
  const lon = form?.elements[box.dataset.lon];
  const lat = form?.elements[box.dataset.lat];
  if (!lon || !lat) return;
  const element = document.createElement("span");
  element.className = "map-pin";
  element.append(document.getElementById("pin-icon")?.content.cloneNode(true) ?? "");
  const pin = new maplibregl.Marker({ element, anchor: "bottom", draggable: true });
  const set = ({ lng, lat: north }) => {
    lon.value = lng.toFixed(6);
    lat.value = north.toFixed(6);
    pin.setLngLat([lng, north]).addTo(map);
    lon.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const typed = () => {
    const at = [Number(lon.value), Number(lat.value)];
    if (lon.value === "" || lat.value === "" || at.some(Number.isNaN)) return pin.remove();
    return pin.setLngLat(at).addTo(map);
  };
  pin.on("dragend", () => set(pin.getLngLat()));
  map.on("click", (event) => set(event.lngLat));
  lat.addEventListener("change", typed);
  typed();
  // Nearer, there would be no outline in sight to tell where the pin stands.
  const pinned = lon.value && lat.value && [Number(lon.value), Number(lat.value)];
  if (pinned && !map.getBounds().contains(pinned)) map.jumpTo({ center: pinned });
}

function words({ title, zoomIn, zoomOut, closeWord, fingers, ctrl }) {
  return {
    "Map.Title": title,
    "NavigationControl.ZoomIn": zoomIn,
    "NavigationControl.ZoomOut": zoomOut,
    "Popup.Close": closeWord,
    "CooperativeGesturesHandler.WindowsHelpText": ctrl,
    "CooperativeGesturesHandler.MacHelpText": ctrl,
    "CooperativeGesturesHandler.MobileHelpText": fingers,
  };
}

async function show(box) {
  const { areas, points, value, worker } = box.dataset;
  maplibregl.setWorkerUrl(worker);
  const loaded = await Promise.all([areas ? json(areas) : EMPTY, points ? json(points) : null]);
  const missing = box.querySelector(".map-missing");
  if (!loaded.some((collection) => collection?.features.length)) {
    // On blank paper a press would set a pin off the coast of Africa.
    missing.textContent = box.dataset.undrawn;
    box.classList.add("map-failed", "map-undrawn");
    return;
  }
  const map = new maplibregl.Map({
    container: box, style: style(), attributionControl: false, locale: words(box.dataset), dragRotate: false, pitchWithRotate: false,
    localIdeographFontFamily: getComputedStyle(document.body).fontFamily, cooperativeGestures: box.dataset.gestures === "cooperative",
  });
  missing.remove();
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }));
  map.on("load", () => {
    const labels = addAreas(map, loaded[0], value);
    if (loaded[1]) addPoints(map, loaded[1]);
    map.on("idle", () => arrange(map, labels));
    const box2 = extent(loaded[0].features.length ? loaded[0] : loaded[1] ?? EMPTY);
    if (!box2.isEmpty()) map.fitBounds(box2, { padding: 24, animate: false, maxZoom: 15 });
    listen(map, box);
    pinPicking(map, box);
    box.dispatchEvent(new CustomEvent("map:ready", { bubbles: true, detail: { map } }));
  });
}

function hasWebGL() {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2"));
  } catch {
    return false;
  }
}

for (const box of document.querySelectorAll("[data-map]")) {
  const failed = () => box.classList.add("map-failed");
  if (!maplibregl || !hasWebGL()) failed();
  else show(box).catch((error) => { failed(); console.warn(error); });
}
