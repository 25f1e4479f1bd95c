// Choosing units: find by name without accents, tick whole groups. The form works without this file.
"use strict";

const plain = (text) => text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "").split(/\s+/).filter(Boolean);

for (const form of document.querySelectorAll("[data-choose]")) {
  const find = form.querySelector(".choose-find");
  find.hidden = false;
  find.querySelector("input").addEventListener("input", (event) => {
    const words = plain(event.target.value);
    for (const item of form.querySelectorAll("[data-key]")) item.hidden = !words.every((word) => item.dataset.key.includes(word));
  });
  find.querySelector("input").addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault(); // looking is not choosing
  });
  for (const group of form.querySelectorAll(".choose-group")) {
    for (const [name, tick] of [["[data-all]", true], ["[data-none]", false]]) {
      const button = group.querySelector(name);
      button.hidden = false;
      button.addEventListener("click", () => {
        for (const item of group.querySelectorAll("[data-key]:not([hidden]) input")) item.checked = tick;
      });
    }
  }
}
