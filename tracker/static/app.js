// Small conveniences. Every page works without this file.
"use strict";

// A button that is refused keeps its place and its sentence, but does nothing.
document.addEventListener("click", (event) => {
  if (event.target.closest('[aria-disabled="true"]')) event.preventDefault();
});

// A form that cannot go stays as it is, with a sentence over it. A second click on the same button must not send it twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || (form.method || "").toLowerCase() !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  else if (!navigator.onLine) {
    event.preventDefault();
    sayOffline(form);
  } else {
    keepTyped(form);
    if ("file" in form.dataset) return; // the answer is a file: the page stays
    form.dataset.sent = "1";
    setTimeout(sayBusy, 700, form);
  }
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
  for (const said of document.querySelectorAll(".is-busy")) said.remove();
});

// A form that came back begins at its first wrong box, however far down the page that lies.
const wrong = document.querySelector("main [aria-invalid=true]");
wrong?.focus({ preventScroll: true });
wrong?.scrollIntoView({ block: "center" });

// The room of a plan one stands in is seen, where the row of rooms is wider than the window.
const here = document.querySelector(".rooms [aria-current]");
function showHere() {
  here.parentElement.scrollLeft = here.offsetLeft + here.offsetWidth / 2 - here.parentElement.clientWidth / 2;
}
if (here) {
  showHere();
  window.addEventListener("resize", showHere);
}

// Long work (reading a plan, laying it out, taking in a list) shows that it goes on.
function sayBusy(form) {
  if (!form.isConnected || form.querySelector(".is-busy")) return;
  const said = document.createElement("div");
  said.className = "is-busy";
  said.setAttribute("role", "status");
  const text = document.createElement("p");
  text.textContent = "Đang xử lý, xin chờ; không cần bấm lại.";
  const bar = document.createElement("progress");
  bar.className = "bar tone-run";
  bar.setAttribute("aria-label", "Đang xử lý");
  said.append(text, bar);
  form.append(said);
}

function sayOffline(form) {
  form.querySelector(".is-offline")?.remove();
  const said = document.createElement("div");
  said.className = "banner tone-over is-offline";
  said.setAttribute("role", "alert");
  const text = document.createElement("p");
  text.textContent = "Chưa gửi: máy đang mất mạng. Những gì đã ghi vẫn còn trên trang này; khi có mạng, bấm lại nút vừa bấm.";
  said.append(text);
  form.prepend(said);
  window.addEventListener("online", () => said.remove(), { once: true });
}

// What was typed comes back with the page when its way to the server broke and the reader went back.
const TYPED = "typed";
const boxesOf = (form) => [...form.querySelectorAll("textarea[name], input[type=text][name]")];

function keepTyped(form) {
  const texts = Object.fromEntries(boxesOf(form).map((box) => [box.name, box.value]));
  sessionStorage.setItem(TYPED, JSON.stringify([location.pathname, form.getAttribute("action"), texts]));
}

const typed = JSON.parse(sessionStorage.getItem(TYPED) || "null");
sessionStorage.removeItem(TYPED); // any other page of ours is an answer
if (typed && typed[0] === location.pathname && performance.getEntriesByType("navigation")[0].type === "back_forward") {
  for (const form of document.forms) {
    if (form.getAttribute("action") === typed[1]) for (const box of boxesOf(form)) box.value ||= typed[2][box.name] || "";
  }
}

// A count that goes on: asked again while the page is looked at, until there is nothing to count.
const LIVE_MS = 5000;
const live = document.querySelector("[data-live]");
if (live) setInterval(countAgain, LIVE_MS, live.id);

async function countAgain(id) {
  const here = document.getElementById(id);
  if (document.hidden || !("live" in here.dataset)) return;
  const answer = await fetch(location.href).catch(() => null); // a broken network: next time
  if (!answer?.ok) return;
  const there = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(id);
  if (there) here.replaceChildren(...there.children);
  else {
    delete here.dataset.live;
    const text = document.createElement("p");
    text.textContent = "Đã gửi hết; tải lại trang để xem từng thư.";
    here.replaceChildren(text);
  }
}

// In Trang này.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Sao chép liên kết: the button names the box it copies.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const box = document.getElementById(button.dataset.copy);
    box.select();
    await navigator.clipboard.writeText(box.value);
    button.textContent = "Đã sao chép";
  });
}
