// A request that failed offers to try again; what was typed stays where it is.

const bar = document.getElementById("retry");
const words = bar?.querySelector("p");
let again = null;

function offer(event, text) {
  if (!bar) return;
  const { elt, requestConfig } = event.detail;
  const cause = requestConfig?.triggeringEvent?.type;
  again = () => (elt.matches("form") ? elt.requestSubmit() : window.htmx.trigger(elt, cause ?? "click"));
  words.textContent = text;
  bar.hidden = false;
}

if (bar) {
  bar.querySelector("[data-again]").addEventListener("click", () => {
    bar.hidden = true;
    again?.();
  });
  document.addEventListener("htmx:sendError", (event) => offer(event, words.dataset.lost));
  document.addEventListener("htmx:timeout", (event) => offer(event, words.dataset.lost));
  document.addEventListener("htmx:responseError", (event) => {
    const signedOut = event.detail.xhr.status === 401;
    offer(event, signedOut ? words.dataset.signedOut : words.dataset.failed);
  });
  document.addEventListener("htmx:beforeRequest", () => { bar.hidden = true; });
}

// Who signed in again in another tab got another token there; the form still holds the old one.
document.addEventListener("htmx:configRequest", ({ detail: { parameters } }) => {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  if (token && parameters.csrfmiddlewaretoken) parameters.csrfmiddlewaretoken = token;
});

// One press, one request: a second press of the same button waits for the answer.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 5000); // a download leaves the page where it is
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});
