// The table of units and stages by keys: one stop for Tab, arrows from cell to cell, the space bar ticks a unit.
// What the keys are is told at /phim-tat. The table works without this file.
"use strict";

for (const table of document.querySelectorAll(".matrix")) {
  const rows = [...table.rows].filter((row) => !row.classList.contains("m-group"));
  const stop = (cell) => cell.querySelector("a, input") || cell;
  const tick = (row) => row.querySelector(".m-pick input");
  const isShown = (cell) => cell.offsetParent !== null; // a phone hides the stages that are done

  // The head stays in sight while a long table is read, as long as the table need not be scrolled sideways.
  const box = table.parentElement;
  const fit = () => {
    box.classList.remove("is-whole");
    box.classList.toggle("is-whole", box.scrollWidth <= box.clientWidth);
  };
  fit();
  window.addEventListener("resize", fit);

  table.setAttribute("role", "grid");
  for (const row of rows) for (const cell of row.cells) stop(cell).tabIndex = -1;
  let current = rows.length > 1 ? stop(rows[1].cells[0]) : null;
  if (current) current.tabIndex = 0;

  function go(row, place, step = 1) {
    const cells = [...row.cells];
    while (cells[place] && !isShown(cells[place])) place += step;
    if (!cells[place]) return;
    current.tabIndex = -1;
    current = stop(cells[place]);
    current.tabIndex = 0;
    current.focus();
  }

  table.addEventListener("focusin", (event) => {
    const cell = event.target.closest("th, td");
    if (!cell || stop(cell) === current) return;
    current.tabIndex = -1;
    current = stop(cell);
    current.tabIndex = 0;
  });

  table.addEventListener("keydown", (event) => {
    const cell = event.target.closest("th, td");
    if (!cell || event.ctrlKey || event.altKey || event.metaKey) return;
    const row = cell.parentElement;
    const place = cell.cellIndex;
    const last = row.cells.length - 1;
    const beside = { ArrowUp: rows[rows.indexOf(row) - 1], ArrowDown: rows[rows.indexOf(row) + 1] }[event.key];
    if (beside) {
      go(beside, place);
      if (event.shiftKey) for (const box of [tick(row), tick(beside)]) if (box) box.checked = true;
    } else if (event.key === "ArrowLeft") go(row, place - 1, -1);
    else if (event.key === "ArrowRight") go(row, place + 1);
    else if (event.key === "Home") go(row, 0);
    else if (event.key === "End") go(row, last, -1);
    else if (event.key === " " && tick(row)) tick(row).checked = !tick(row).checked;
    else return;
    event.preventDefault();
  });
}
