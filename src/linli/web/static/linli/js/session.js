// Says two minutes ahead that the session ends, and offers to stay signed in.

const WARNING_S = 120;
const seconds = Number(document.body.dataset.sessionSeconds);
const bar = document.getElementById("session-ends");
let timer = 0;

function restart() {
  clearTimeout(timer);
  bar.hidden = true;
  timer = setTimeout(() => { bar.hidden = false; }, (seconds - WARNING_S) * 1000);
}

if (bar && seconds > WARNING_S) {
  restart();
  document.addEventListener("htmx:afterRequest", restart);
  bar.querySelector("[data-stay]").addEventListener("click", async () => {
    const answer = await fetch(location.href, { method: "HEAD" }).catch(() => null);
    if (answer?.ok) restart();
  });
}
