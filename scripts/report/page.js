// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
// Sorts tables and saves them as CSV. The page is complete without it.
"use strict";
(() => {
  // What a cell says: its number in full where it holds exactly one, else its text.
  const read = (cell) => {
    const numbers = cell.querySelectorAll("[data-value]");
    const text = cell.textContent.trim();
    if (numbers.length === 1 && numbers[0].textContent === text) return { number: Number(numbers[0].dataset.value),
      raw: numbers[0].dataset.value, text };
    if (numbers.length > 0) return { number: Number(numbers[0].dataset.value), text };
    return { text };
  };
  const compare = (a, b, way) => {
    const empty = (v) => v.number === undefined && (v.text === "" || v.text.startsWith("–"));
    if (empty(a) || empty(b)) return Number(empty(a)) - Number(empty(b));  // what is not known comes last either way
    const [word, other] = [a.number === undefined, b.number === undefined];
    if (word !== other) return Number(word) - Number(other);  // and so does what is said in place of a number
    if (!word) return way * (a.number - b.number);
    return way * a.text.localeCompare(b.text, "en", { numeric: true });
  };
  const quoted = (text) => /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  // A text that a spreadsheet would take for a formula is kept a text.
  const csv_text = (text) => quoted(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
  const csv_cell = (cell) => {
    const value = read(cell);
    return value.raw !== undefined ? value.raw : csv_text(value.text === "–" ? "" : value.text);
  };

  for (const table of document.querySelectorAll("table.data")) {
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const name = head.textContent.trim();
      if (name === "" || body.rows.length < 2) return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const way = head.getAttribute("aria-sort") === "descending" ? 1
          : head.getAttribute("aria-sort") === "ascending" || head.classList.contains("num") ? -1 : 1;
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", way > 0 ? "ascending" : "descending");
        const rows = [...body.rows].map((row) => [read(row.cells[column]), row]);
        rows.sort((a, b) => compare(a[0], b[0], way));
        body.append(...rows.map((pair) => pair[1]));
      });
    });
    const save = document.createElement("button");
    save.type = "button";
    save.className = "save";
    save.textContent = "CSV";
    save.setAttribute("aria-label", `Save as CSV: ${table.id.slice("table-".length)}`);
    save.addEventListener("click", () => {
      const lines = [heads.map((head) => csv_text(head.textContent.trim())).join(",")];
      for (const row of body.rows) lines.push([...row.cells].map(csv_cell).join(","));
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([`${lines.join("\r\n")}\r\n`], { type: "text/csv;charset=utf-8" }));
      link.download = `${table.id.slice("table-".length)}.csv`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
    table.closest(".table-box").querySelector(".table-head").append(save);
  }

  // Where the reader is.
  const links = new Map([...document.querySelectorAll("nav a")].map((link) => [link.hash.slice(1), link]));
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      for (const link of links.values()) link.removeAttribute("aria-current");
      links.get(entry.target.id)?.setAttribute("aria-current", "true");
    }
  }, { rootMargin: "-10% 0px -80% 0px" });
  for (const section of document.querySelectorAll("main > section")) seen.observe(section);
})();
