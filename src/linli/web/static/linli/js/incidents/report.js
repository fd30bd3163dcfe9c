// The report form follows its category: several places, one, or none at all.

const form = document.querySelector("form.report-form");

function among(name) {
  const chosen = form.querySelector("input[name=category]:checked")?.value;
  return Boolean(chosen) && form.dataset[name].split(" ").includes(chosen);
}

function follow() {
  form.querySelector("[data-further]").hidden = !among("several");
  document.getElementById("place-picker").hidden = among("placeless");
}

function addFurther() {
  const { value } = form.elements.area;
  const words = document.querySelector("[data-place-says]").textContent.trim();
  if (!value || form.querySelector(`input[name=further][value="${CSS.escape(value)}"]`)) return;
  const item = document.createElement("li");
  const input = Object.assign(document.createElement("input"), { type: "hidden", name: "further", value });
  const remove = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-quiet", textContent: "×" });
  remove.setAttribute("aria-label", words);
  remove.dataset.furtherRemove = "";
  item.append(words, input, remove);
  form.querySelector("[data-further-list]").append(item);
}

if (form) {
  form.addEventListener("change", follow);
  form.addEventListener("click", (event) => {
    if (!event.target.matches("[data-further-remove]")) return;
    event.target.closest("li").remove();
    form.querySelector("[data-further-add]").focus();  // the button is gone
  });
  form.querySelector("[data-further-add]").addEventListener("click", addFurther);
  follow();
  if (window.matchMedia("(pointer: fine)").matches && !document.querySelector("[data-focus]")) {
    form.elements.text.focus();
  }
}
