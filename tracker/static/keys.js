// Keyboard shortcuts; what they are is the page /phim-tat, whose table the overlay shows. Pages work without this file.
"use strict";

(() => {
  const OFF = "keys-off";
  const off = () => localStorage.getItem(OFF) === "1";
  // Pages that are worked at with keys of their own keep them to themselves.
  const own = document.querySelector("[data-own-keys]") !== null;
  let going = 0;

  const typing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]") !== null;

  async function overlay() {
    let dialog = document.getElementById("keys-dialog");
    if (dialog) return dialog.open ? dialog.close() : dialog.showModal();
    const answer = await fetch("/phim-tat");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    dialog = document.createElement("dialog");
    dialog.id = "keys-dialog";
    dialog.className = "keys-dialog";
    dialog.setAttribute("aria-labelledby", "keys-title");
    const head = document.createElement("div");
    head.className = "far";
    const title = document.createElement("h2");
    title.id = "keys-title";
    title.textContent = "Phím tắt";
    const close = document.createElement("button");
    close.className = "btn btn-plain";
    close.textContent = "Đóng";
    close.addEventListener("click", () => dialog.close());
    head.append(title, close); // first in the box: what has the focus is scrolled to
    dialog.append(head, document.importNode(page.getElementById("shortcuts"), true));
    document.body.append(dialog);
    dialog.showModal();
  }

  function press(selector) {
    const found = document.querySelector(selector);
    if (found) found.click();
    return found !== null;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || typing(event.target)) return;
    if (off() || own) return;
    if (document.querySelector("dialog[open]") && event.key !== "?") return;
    const key = event.key;
    let done = true;
    if (Date.now() - going < 1500) {
      going = 0;
      done = press(`a[data-go="${CSS.escape(key)}"]`);
    } else if (key === "?") overlay();
    else if (key === "g") going = Date.now();
    else if (key === "/") {
      // The list of the page first, then the whole office: its box where the window has room for it, else its page.
      const shown = (selector) => [...document.querySelectorAll(selector)].find((box) => box.offsetParent !== null);
      const box = shown("main input[type=search]") || shown(".topsearch input");
      if (box) box.focus();
      else done = press("a[data-go=s]");
    } else if (key === "[") done = press("a[rel=prev]");
    else if (key === "]") done = press("a[rel=next]");
    else if (key === "p") done = press("[data-print]:not([hidden])");
    else done = false;
    if (done) event.preventDefault();
  });

  // Single keys can get in the way of a voice or a habit: whoever wants none turns them off here.
  for (const button of document.querySelectorAll("[data-keys-switch]")) {
    const say = () => (button.textContent = off() ? "Bật phím tắt" : "Tắt phím tắt");
    button.hidden = false;
    say();
    button.addEventListener("click", () => {
      localStorage.setItem(OFF, off() ? "0" : "1");
      say();
    });
  }
})();
