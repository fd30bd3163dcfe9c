// The picker of places: a pin (map.js), the device's position, or an area found by name.
// The last one chosen counts; what was chosen is said in words.

const box = document.querySelector("[data-place]");
const form = box?.closest("form");

function say(text) {
  box.querySelector("[data-place-says]").textContent = text;
}

function pin(lon, lat) {
  form.elements.lon.value = lon;
  form.elements.lat.value = lat;
  form.elements.lat.dispatchEvent(new Event("change", { bubbles: true }));
}

function located({ coords }) {
  pin(coords.longitude.toFixed(6), coords.latitude.toFixed(6));
  say(box.dataset.located.replace("{metres}", Math.round(coords.accuracy)));
}

function failed({ code }) {
  say({ 1: box.dataset.denied, 2: box.dataset.unavailable, 3: box.dataset.slow }[code]);
}

function choose(button) {
  form.elements.area.value = button.dataset.area;
  pin("", "");
  say(button.dataset.words);
  box.querySelector("#areas-found").replaceChildren();
  box.querySelector("[name=find]").value = "";
  box.querySelector("[name=find]").focus();  // the button is gone
}

if (form) {
  const here = box.querySelector("[data-here]");
  here.hidden = !("geolocation" in navigator) || !window.isSecureContext;
  here.addEventListener("click", () => {
    say("…");
    navigator.geolocation.getCurrentPosition(located, failed, { enableHighAccuracy: true, timeout: 15000 });
  });
  box.addEventListener("click", (event) => {
    const button = event.target.closest("[data-area]");
    if (button) choose(button);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.name === "find") event.preventDefault();
  });
  form.elements.lon.addEventListener("change", () => {
    if (form.elements.lon.value === "") return;
    form.elements.area.value = "";
    say(`${Number(form.elements.lon.value).toFixed(5)}, ${Number(form.elements.lat.value).toFixed(5)}`);
  });
}
