// Review of a draft: the same links and forms as without this file, taken in place. The server renders every state;
// here its answer is put where the old one stood, so that scroll and focus stay.
"use strict";

const room = () => document.querySelector("[data-review]");

// ---- swapping -------------------------------------------------------------------------------------------------

async function swap(request, focus) {
  const response = await fetch(request);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.querySelector("main");
  if (!fresh || (response.redirected && !page.querySelector("[data-review]"))) {
    window.location.assign(response.url); // signed out, or the draft is no longer under review: go there
    return;
  }
  const main = document.querySelector("main");
  const pane = document.querySelector(".pane");
  const scrolled = pane ? pane.scrollTop : 0;
  main.replaceChildren(...fresh.childNodes);
  const newPane = document.querySelector(".pane");
  if (newPane) newPane.scrollTop = scrolled;
  history.replaceState(null, "", new URL(response.url).pathname);
  arrange();
  place(focus, response.url);
}

// After a swap the focus stands where the work goes on: the open form's wrong or first box, else the row, else the list.
function place(focus, url) {
  const form = document.querySelector("[data-editing]");
  if (form) {
    const wanted = form.querySelector(".is-wrong input, .is-wrong textarea, .is-wrong select")
      || (focus.field && form.elements[focus.field]) || form.elements.content || form.querySelector("textarea, input:not([type=hidden])");
    if (wanted) wanted.focus();
    form.scrollIntoView({ block: "nearest" });
    return;
  }
  const row = focus.row && document.querySelector(`tr[data-row="${focus.row}"]`);
  const cell = row && (row.querySelector(`[data-field="${focus.field}"]`) || row.querySelector("[data-field]"));
  if (cell) return current(cell, true);
  const anchor = document.getElementById(new URL(url).hash.slice(1));
  if (anchor) {
    anchor.setAttribute("tabindex", "-1");
    anchor.focus({ preventScroll: true });
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-swap]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !room()) return;
  event.preventDefault();
  const row = link.closest("tr");
  swap(link.href, { row: row && row.id.slice(1), field: "content" });
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-quiet]");
  if (!form || !room() || event.defaultPrevented) return;
  event.preventDefault();
  const body = new FormData(form, event.submitter);
  const focus = { row: form.dataset.editing, field: lastField };
  swap(new Request(form.action, { method: "POST", body: new URLSearchParams(body) }), focus)
    .catch(() => { delete form.dataset.sent; form.submit(); }); // no connection from here: let the browser say so
});

// ---- keyboard -------------------------------------------------------------------------------------------------

let lastField = "content";

// One cell of the table is in the tab order; arrows move it.
function current(cell, focus) {
  for (const other of document.querySelectorAll(".draft [data-field][tabindex='0']")) other.tabIndex = -1;
  cell.tabIndex = 0;
  if (focus) cell.focus();
}

function arrange() {
  const cells = document.querySelectorAll(".draft [data-field]");
  for (const cell of cells) cell.tabIndex = -1;
  if (cells.length) cells[0].tabIndex = 0;
  for (const hint of document.querySelectorAll(".keys-hint")) hint.hidden = false;
}

function step(cell, rows, columns) {
  const row = cell.closest("tr");
  if (columns) {
    const cells = [...row.querySelectorAll("[data-field]")];
    return cells[cells.indexOf(cell) + columns];
  }
  const all = [...document.querySelectorAll("tr[data-row]")];
  const target = all[all.indexOf(row) + rows];
  return target && target.querySelector(`[data-field="${cell.dataset.field}"]`);
}

const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

document.addEventListener("keydown", (event) => {
  if (!room() || event.isComposing || event.altKey) return;
  const form = event.target.closest("[data-editing]");
  if (form) return inForm(event, form);
  const cell = event.target.closest(".draft [data-field]");
  if (!cell || event.target !== cell) return;
  if (MOVES[event.key]) {
    const next = step(cell, ...MOVES[event.key]);
    if (next) {
      event.preventDefault();
      current(next, true);
    }
  } else if (event.key === "Enter" || event.key === "F2") {
    event.preventDefault();
    lastField = cell.dataset.field;
    const link = cell.closest("tr").querySelector("a[data-swap]");
    swap(link.href, { row: cell.closest("tr").dataset.row, field: lastField });
  }
});

function inForm(event, form) {
  if (event.key === "Escape") {
    event.preventDefault();
    const cancel = form.querySelector("[data-cancel]");
    swap(cancel.href, { row: form.dataset.editing, field: lastField });
  } else if (event.key === "Enter" && event.target.matches("textarea") && (event.ctrlKey || event.target.name === "content") && !event.shiftKey) {
    event.preventDefault(); // a row's content is one paragraph: Enter saves it, as in the other boxes
    form.requestSubmit(form.querySelector("button[value=save]") || undefined);
  }
}

document.addEventListener("focusin", (event) => {
  const cell = event.target.closest(".draft [data-field]");
  if (cell === event.target) {
    lastField = cell.dataset.field;
    current(cell, false);
  }
});

arrange();
