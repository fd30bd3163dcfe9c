// Counts in the rail update by themselves: a poll that costs a 304 when nothing changed.
// The address answers {"counts": {"my-work": 3, "notices": 1}, "alarms": "4f1c"}; it must not renew the
// session. Alarms that are others than those on the page are fetched and shown at once.

const PERIOD_MS = 30_000;
const address = document.body.dataset.live;

const words = (count, cap) => (count > cap ? `${cap}+` : count || "");

async function poll() {
  if (document.hidden || !navigator.onLine) return;
  try {
    const answer = await fetch(address, { cache: "no-cache", headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const { counts, alarms } = await answer.json();
    for (const place of document.querySelectorAll("[data-count]")) {
      const count = counts[place.dataset.count];
      if (count !== undefined) place.textContent = words(count, Number(place.dataset.cap));
    }
    const shown = document.getElementById("alarms");
    if (shown && alarms !== undefined && alarms !== shown.dataset.stamp) {
      window.htmx?.trigger(shown, "alarms");
    }
  } catch {
    // The next poll tries again; a count is no reason to disturb anyone.
  }
}

if (address) {
  setInterval(poll, PERIOD_MS);
  document.addEventListener("visibilitychange", poll);
}
