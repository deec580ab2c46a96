// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
//
// What page_checks.py asks of a page, from inside of it; works with the page's own scripts off. Each function returns a
// list of faults, but for those that say what is there.

const visible = e => e.checkVisibility({visibilityProperty: true}) && e.getBoundingClientRect().width > 0;
const name = e => e.id ? '#' + e.id : e.tagName.toLowerCase();
const quoted = e => JSON.stringify(e.textContent.replace(/\s+/g, ' ').trim().slice(0, 60));
const all = (selector, parent = document) => [...parent.querySelectorAll(selector)];
// Figures that are shown now, without those whose ids are named.
const figures = but => all('figure.chart').filter(e => visible(e) && !but.includes(e.id));
const pictures = but => figures(but).flatMap(e => all('svg', e)).filter(visible);

// How far a box reaches out of another one; negative where it lies inside.
const beyond = (a, b) => Math.max(b.left - a.left, a.right - b.right, b.top - a.top, a.bottom - b.bottom);
const meets = (a, b) => a.right > b.left && a.left < b.right && a.bottom > b.top && a.top < b.bottom;

const channels = colour => { const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number); return [r, g, b, a]; };
const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
const linear = v => v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4;
const luminance = c => 0.2126 * linear(c[0]) + 0.7152 * linear(c[1]) + 0.0722 * linear(c[2]);

function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

function paper(element) {
  if (!element) return [255, 255, 255, 1];
  const own = channels(getComputedStyle(element).backgroundColor);
  return own[3] === 1 ? own : over(own, paper(element.parentElement));
}

// The colour that a shape or the letters of a picture are filled with, above what is below.
function filled(element, below) {
  const style = getComputedStyle(element);
  if (!style.fill.startsWith('rgb')) return below;
  const [r, g, b, a] = channels(style.fill);
  return over([r, g, b, a * style.fillOpacity * style.opacity], below);
}

function painted(element) {
  const style = getComputedStyle(element);
  const seen = (colour, opacity) => colour.startsWith('rgb') && channels(colour)[3] * opacity > 0;
  return style.visibility === 'visible' && +style.opacity > 0 && (seen(style.fill, style.fillOpacity) ||
    seen(style.stroke, style.strokeOpacity) && parseFloat(style.strokeWidth) > 0);
}

function open_all() {
  all('details').forEach(e => { e.open = true; });
}

// Tabs are radio buttons: how many the longest row of them has, and the choice of one in every row that has as many.
function tabs() {
  const rows = Object.values(Object.groupBy(all('input[type=radio]'), e => e.name));
  return Math.max(1, ...rows.map(row => row.length));
}

function choose_tab(number) {
  for (const row of Object.values(Object.groupBy(all('input[type=radio]'), e => e.name)))
    if (number < row.length) row[number].checked = true;
}

function figure_ids(shown) {
  return (shown ? figures([]) : all('figure.chart')).map(e => e.id);
}

function chart_faults(but) {
  const faults = [];
  for (const figure of figures(but)) {
    const shown = all('svg', figure).filter(visible);
    if (shown.length !== 1) { faults.push(`${name(figure)} shows ${shown.length} pictures`); continue; }
    const box = shown[0].getBoundingClientRect(), groups = all('g[id^="marks-"]', shown[0]);
    if (!groups.length) faults.push(`${name(figure)} has no marks`);
    for (const group of groups) {
      const boxes = all('path, line, rect, circle, ellipse, polygon, polyline, use, text', group)
        .filter(e => !e.closest('defs, clipPath') && painted(e))
        .map(e => e.getBoundingClientRect()).filter(r => r.width > 0 || r.height > 0);
      if (!boxes.length) faults.push(`${name(figure)}: ${name(group)} is empty`);
      else if (!boxes.some(r => meets(r, box))) faults.push(`${name(figure)}: ${name(group)} lies outside`);
    }
  }
  return faults;
}

function chart_text_faults(but, smallest) {
  const faults = [];
  for (const picture of pictures(but)) {
    const box = picture.getBoundingClientRect(), where = name(picture.closest('figure'));
    for (const text of all('text', picture).filter(visible)) {
      const matrix = text.getScreenCTM(), scale = Math.sqrt(Math.abs(matrix.a * matrix.d - matrix.b * matrix.c));
      const size = parseFloat(getComputedStyle(text).fontSize) * scale;
      if (beyond(text.getBoundingClientRect(), box) > 1) faults.push(`${where} cuts the text ${quoted(text)}`);
      if (size < smallest) faults.push(`${where}: ${quoted(text)} is ${size.toFixed(1)} px small`);
    }
  }
  return faults;
}

// axe-core reads the colour of the letters of a picture from a property they do not have, and sees no shape below them.
function contrast_faults(but, least) {
  const faults = [];
  for (const picture of pictures(but)) {
    for (const text of all('text', picture).filter(visible)) {
      const middle = () => { const r = text.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; };
      // Only what lies in the window is found by its place.
      if (middle()[1] < 0 || middle()[1] > innerHeight) text.scrollIntoView({block: 'center', behavior: 'instant'});
      const shapes = document.elementsFromPoint(...middle())
        .filter(e => picture.contains(e) && e !== picture && !e.closest('text')).reverse();
      const below = shapes.reduce((colour, shape) => filled(shape, colour), paper(picture));
      const found = contrast(filled(text, below), below);
      if (found < least)
        faults.push(`${name(picture.closest('figure'))}: ${quoted(text)} has a contrast of ${found.toFixed(1)}`);
    }
  }
  return faults;
}

// The texts outside of pictures. Where axe-core cannot tell what is below a text it says nothing.
function text_contrast_faults(least) {
  const faults = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const e = node.parentElement;
    if (!node.data.trim() || e.closest('svg, script, style') || !visible(e)) continue;
    const style = getComputedStyle(e), below = paper(e), [r, g, b, a] = channels(style.color);
    const large = parseFloat(style.fontSize) >= (+style.fontWeight >= 700 ? 18.66 : 24);
    const found = contrast(over([r, g, b, a * style.opacity], below), below);
    if (found < (large ? 3 : least)) faults.push(`${name(e)} ${quoted(e)} has a contrast of ${found.toFixed(1)}`);
  }
  return faults;
}

// axe-core needs seconds for thousands of elements of one kind. Pictures are one image to it; rows of a table differ in
// nothing that it looks at.
function prune() {
  all('figure.chart svg').forEach(e => e.replaceChildren());
  all('table.data tbody').forEach(e => [...e.rows].slice(3).forEach(row => row.remove()));
}

function width_faults() {
  const width = document.documentElement.scrollWidth;
  if (width <= innerWidth) return [];
  const scrolls = e => e && (getComputedStyle(e).overflowX !== 'visible' || scrolls(e.parentElement));
  const wide = all('body *').filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !scrolls(e));
  return [`the page is ${width} px wide in a window of ${innerWidth}: ` +
    wide.slice(0, 5).map(e => `${name(e)} ${quoted(e)}`).join(', ')];
}

function print_faults() {
  // A header that sorts is a header on paper.
  const faults = all('nav, button').filter(e => visible(e) && !e.closest('th'))
    .map(e => `${name(e)} ${quoted(e)} is printed`);
  for (const details of all('details')) {
    const hidden = [...details.children].filter(e => e.tagName !== 'SUMMARY' && !e.checkVisibility());
    if (hidden.length) faults.push(`what is folded in ${quoted(details.querySelector('summary'))} is not printed`);
  }
  for (const e of all('figure.chart, table.data')) if (!visible(e)) faults.push(`${name(e)} is not printed`);
  for (const e of all('figure.chart').filter(e => !getComputedStyle(e).breakInside.startsWith('avoid')))
    faults.push(`${name(e)} may be broken over two pages`);
  for (const e of all('pre'))
    if (e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1) faults.push(`${name(e)} is cut on paper`);
  if (luminance(paper(document.body)) < 0.9) faults.push('the paper is not white');
  return faults;
}

// How light the page is, and the colours of the marks of each picture.
function colours() {
  const of_marks = figure => all('g[id^="marks-"] *', figure).map(e => getComputedStyle(e))
    .map(style => style.stroke + style.fill).join();
  return [luminance(paper(document.body)), Object.fromEntries(all('figure.chart').map(f => [f.id, of_marks(f)]))];
}

function name_faults() {
  const faults = [], seen = new Set(), known = new Set();
  for (const e of all('[id]')) {
    if (seen.has(e.id)) faults.push(`two elements have the id ${e.id}`);
    if (/\s/.test(e.id)) faults.push(`the id ${e.id} has a space in it`);
    seen.add(e.id);
  }
  for (const attribute of ['aria-labelledby', 'aria-describedby', 'for'])
    for (const e of all(`[${attribute}]`))
      for (const target of e.getAttribute(attribute).split(/\s+/))
        if (!seen.has(target)) faults.push(`${attribute} of ${name(e)}: nothing has the id ${target}`);
  for (const e of all('a[href^="#"], use')) {
    const target = (e.getAttribute('href') ?? e.getAttribute('xlink:href') ?? '').slice(1);
    if (target && !seen.has(decodeURIComponent(target))) faults.push(`nothing has the id ${target}`);
  }
  const styles = all('style').map(e => e.textContent).join('\n');
  for (const [, property] of styles.matchAll(/(--[\w-]+)\s*:/g)) known.add(property);
  for (const property of new Set(document.documentElement.outerHTML.match(/(?<=var\()--[\w-]+/g)))
    if (!known.has(property)) faults.push(`no style says what ${property} is`);
  return faults;
}

// Every number that says where it is from: document, path, form, text, value in full.
function numbers() {
  return all('[data-path], [data-diff-path]').map(e => [e.hasAttribute('data-path') ? 'summary' : 'diff',
    e.dataset.path ?? e.dataset.diffPath, e.dataset.format, e.textContent.trim(), e.dataset.value ?? null]);
}

// What is left of the cells of tables without the numbers that say where they are from, where that has a digit.
function bare_numbers() {
  const known = '[data-path], [data-diff-path], [data-table]', found = [];
  for (const cell of all('table.data tbody :is(td, th)').filter(e => !e.matches(known))) {
    const rest = cell.cloneNode(true);
    all(known, rest).forEach(e => e.remove());
    if (/\d/.test(rest.textContent)) found.push([cell.closest('table').id, rest.textContent.trim()]);
  }
  return found;
}

function tables() {
  return all('table.data').map(e => e.id);
}

// The cells of a table, row by row: text, and the number in full where a number is all of the text.
function cells(id) {
  const said = e => e.textContent.replace(/\s+/g, ' ').trim();
  return all('tbody tr', document.getElementById(id)).map(row => [...row.cells].map(cell => {
    const number = [cell, ...all('[data-value]', cell)].find(e => 'value' in e.dataset && said(e) === said(cell));
    return [said(cell), number ? number.dataset.value : null];
  }));
}

const heads = id => [...[...document.getElementById(id).tHead.rows].at(-1).cells];

function header(id) {
  return heads(id).map(e => e.textContent.trim());
}

// A click on a header puts the numbers of its column in order, a second one the other way; no row is lost.
function sort_faults(id) {
  const faults = [], before = cells(id), all_rows = rows => rows.map(row => JSON.stringify(row)).toSorted().join();
  if (before.length < 2) return faults;
  heads(id).forEach((head, column) => {
    const where = `${id}, column ${column + 1}`, buttons = all('button', head);
    if (buttons.length !== 1) { faults.push(`${where} has ${buttons.length} buttons for sorting`); return; }
    const [first, second] = [1, 2].map(() => {
      buttons[0].click();
      const rows = cells(id);
      if (all_rows(rows) !== all_rows(before)) faults.push(`${where}: other rows after sorting`);
      return rows.map(row => row[column][1]).filter(value => value !== null).map(Number);
    });
    const rising = first.toSorted((a, b) => a - b), falling = rising.toReversed();
    const [one, other] = String(first) === String(rising) ? [rising, falling] : [falling, rising];
    if (String(first) !== String(one)) faults.push(`${where}: not in order after a click: ${first.slice(0, 5)}`);
    if (String(second) !== String(other)) faults.push(`${where}: not the other way after two: ${second.slice(0, 5)}`);
  });
  return faults;
}

// The buttons that save a table: in the smallest box around it and no other that has some.
function csv_buttons(id) {
  let box = document.getElementById(id).parentElement, found = [];
  for (; !found.length && box && all('table.data', box).length === 1; box = box.parentElement)
    found = all('button', box).filter(e => e.textContent.trim() === 'CSV');
  return found;
}

// What each of them would save, without saving it.
async function csv_texts(id) {
  const { createObjectURL } = URL, { click } = HTMLAnchorElement.prototype, made = [];
  URL.createObjectURL = blob => { made.push(blob); return 'data:,'; };
  HTMLAnchorElement.prototype.click = () => {};
  try {
    csv_buttons(id).forEach(button => button.click());
  } finally {
    URL.createObjectURL = createObjectURL;
    HTMLAnchorElement.prototype.click = click;
  }
  return Promise.all(made.map(blob => blob.text()));
}

function axe_faults() {
  return axe.run(document, {resultTypes: ['violations'], iframes: false}).then(found => found.violations
    .filter(rule => ['serious', 'critical'].includes(rule.impact)).flatMap(rule => rule.nodes.map(node =>
      `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary.replace(/\s+/g, ' ')}`)));
}
