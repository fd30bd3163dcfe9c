// Narrows long lists of choices while typing: name, pinyin, initials, code.
// Lists of more than eight choices get a search box of their own.

const MANY = 8;
const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, "");

function narrow(box, typed) {
  const wanted = plain(typed);
  for (const input of box.querySelectorAll("input[type=radio], input[type=checkbox]")) {
    const label = input.closest("label") ?? input.parentElement;
    const words = plain(`${label.textContent} ${input.dataset.keys ?? ""}`);
    (label.parentElement.matches(".choices > div") ? label : label.parentElement).hidden =
      wanted !== "" && !words.includes(wanted) && !input.checked;
  }
  for (const group of box.querySelectorAll(".choices > div > div")) {
    group.hidden = !group.querySelector(":scope > :not([hidden]) input");
  }
}

function equip(root) {
  for (const box of root.querySelectorAll?.("fieldset.field") ?? []) {
    const choices = box.querySelector(".choices");
    if (!choices || box.dataset.narrowing || choices.querySelectorAll("input").length <= MANY) continue;
    box.dataset.narrowing = "1";
    choices.classList.add("choices-long");
    const search = document.createElement("input");
    search.type = "search";
    search.className = "form-control narrow-search";
    search.autocomplete = "off";
    search.setAttribute("aria-label", box.querySelector("legend").textContent.trim());
    search.placeholder = document.querySelector("[data-narrow-words]")?.dataset.narrowWords ?? "";
    search.addEventListener("input", () => narrow(box, search.value));
    search.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      const first = [...choices.querySelectorAll("input")].find((one) => one.offsetParent !== null && !one.checked);
      if (first && search.value) first.click();
    });
    choices.before(search);
    // What is chosen already is in sight, below the box's own head.
    const chosen = choices.querySelector("input:checked");
    if (chosen) choices.scrollTop += chosen.getBoundingClientRect().top - choices.getBoundingClientRect().top - choices.clientHeight / 3;
  }
}

equip(document);
document.addEventListener("htmx:afterSwap", (event) => equip(event.detail.target.isConnected ? event.detail.target.parentElement : document));
