// What is typed into rows, drawn while it is typed: a fishbone, and chains of whys. server/web/forms/drawn.py draws the same for
// pages without script; tests/browser/test_forms.py compares the two.
import { el } from './editing/element.js';

const PITCH = 200, TWIG = 166, LINE = 26, STEM = 44, HEAD = 200, MARGIN = 12, TURN = 0.3; // units of the picture
const CAUSE_ROOM = 24, BONE_ROOM = 24, HEAD_ROOM = 22, HEAD_LINES = 4, ALWAYS = 6, WIDE = 0x2e80; // half characters; the first East Asian code point
const END = /[ .。…!！?？;；,，]+$/, LONGEST = 300;

const tidy = (text) => text.trim().split(/\s+/).join(' ');
const room = (text) => [...text].reduce((sum, char) => sum + (char.codePointAt(0) >= WIDE ? 2 : 1), 0);

function cut(text, most) {
  if (room(text) <= most) return text;
  let kept = '';
  for (const char of text) {
    if (room(kept + char) > most - 2) break;
    kept += char;
  }
  return `${kept}…`;
}

function wrapped(text, most, lines) {
  const found = [];
  let left = [...text];
  while (left.length && found.length < lines - 1) {
    let end = left.length;
    while (end > 1 && room(left.slice(0, end).join('')) > most) end -= 1;
    const blank = left.slice(0, end).lastIndexOf(' ');
    if (end < left.length && blank > 0) end = blank;
    found.push(left.slice(0, end).join('').trim());
    left = [...left.slice(end).join('').trim()];
  }
  return left.length ? [...found, cut(left.join(''), most)] : found;
}

function svg(name, attributes, text, whole) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  if (whole !== undefined && whole !== text) made.append(svg('title', {}, whole));
  return made;
}

const text = (x, y, kind, anchor, shown, whole) => svg('text', { class: kind, x, y, 'text-anchor': anchor }, shown, whole);
const line = (x1, y1, x2, y2, kind) => svg('line', { class: kind, x1, y1, x2, y2 });

/** bones: [[title, [causes]]]. */
function fishbone(bones, head, label) {
  const high = [0, 1].map((side) => STEM + LINE * Math.max(1, ...bones.filter((_, place) => place % 2 === side).map(([, causes]) => causes.length)));
  const lean = Math.round(TURN * Math.max(...high)), spine = MARGIN + 30 + high[0];
  const nose = MARGIN + lean + TWIG + PITCH * Math.max(Math.ceil(bones.length / 2) - 1, 0) + 40;
  const lines = [line(MARGIN, spine, nose, spine, 'spine')], texts = [];
  bones.forEach(([title, causes], place) => {
    const foot = MARGIN + lean + TWIG + PITCH * Math.floor(place / 2), up = place % 2 ? 1 : -1, tall = high[place % 2];
    const tip = foot - Math.round(TURN * tall), end = spine + up * tall;
    lines.push(line(foot, spine, tip, end, 'bone'));
    texts.push(text(tip, end + (up < 0 ? -10 : 22), 'bone', 'middle', cut(title, BONE_ROOM), title));
    causes.forEach((cause, number) => {
      const away = tall - 18 - LINE * number, x = foot - Math.round(TURN * away), y = spine + up * away;
      lines.push(line(x - TWIG + 24, y, x, y, 'twig'));
      texts.push(text(x - 8, y - 5, 'cause', 'end', cut(cause, CAUSE_ROOM), cause));
    });
  });
  const shown = wrapped(head, HEAD_ROOM, HEAD_LINES), width = nose + HEAD + MARGIN, height = spine + high[1] + 30 + MARGIN;
  const box = svg('rect', { x: nose, y: spine - 16 - 11 * shown.length, width: HEAD, height: 32 + 22 * shown.length, rx: 6 });
  texts.push(...shown.map((one, number) => text(nose + 12, spine + 22 * number - 11 * shown.length + 17, 'head', 'start', one, head)));
  const made = svg('svg', { class: 'fishbone', viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': label });
  made.append(...lines, box, ...texts);
  return made;
}

const control = (row, column) => row.querySelector(`[data-column="${CSS.escape(column ?? '')}"] :is(input, select, textarea)`);
const said = (row, column) => tidy(control(row, column)?.value ?? '');

function grouped(figure, columns) {
  const rows = [...figure.parentElement.querySelectorAll('[data-rows-body] > [data-row]')];
  const known = new Set(columns.groups.map(([value]) => value));
  return [...columns.groups.map(([value, title]) => [title, rows.filter((row) => said(row, columns.group) === value)]),
    ['', rows.filter((row) => !known.has(said(row, columns.group)))]];
}

function headOf(form, figure) {
  const field = figure.dataset.head && form.elements.namedItem(figure.dataset.head);
  return field && 'value' in field ? tidy(field.value) : figure.dataset.headText;
}

function drawFishbone(form, figure, host, columns) {
  const bones = grouped(figure, columns).map(([title, rows]) => [title || figure.dataset.textNowhere, rows.map((row) => said(row, columns.text)).filter(Boolean)]);
  const drawn = bones.filter(([, causes], place) => causes.length || place < Math.min(ALWAYS, bones.length - 1));
  host.replaceChildren(fishbone(drawn, headOf(form, figure), host.getAttribute('aria-label')));
}

function nextQuestion(figure, before) {
  const stem = before.trim().replace(END, '').slice(0, LONGEST);
  return stem ? figure.dataset.textNext.replace('#', () => stem) : figure.dataset.textFirst;
}

/** An answer turns into the next question, until somebody words that one himself. */
function askNext(row, columns, question) {
  const own = columns.question && control(row, columns.question);
  if (!own) return;
  own.placeholder = question;
  const ours = !own.value || own.value === own.dataset.asked;
  if (!ours || !said(row, columns.text)) return;
  own.value = own.dataset.asked = question;
}

function drawWhys(form, figure, place, columns) {
  const head = headOf(form, figure);
  place.replaceChildren(...grouped(figure, columns).flatMap(([title, rows]) => {
    let before = head, last = '';
    const steps = rows.flatMap((row) => {
      askNext(row, columns, nextQuestion(figure, last || head));
      const question = said(row, columns.question), answer = said(row, columns.text);
      if (!question && !answer) return [];
      const asked = question || nextQuestion(figure, before);
      before = last = answer || before;
      return [el('li', {}, el('span', { class: 'why-question', text: asked }), el('span', { class: answer ? 'why-answer' : 'why-answer open', text: answer || figure.dataset.textOpen }))];
    });
    return steps.length ? [el('section', { class: 'why-path' }, title && el('h4', { text: title }), el('ol', {}, steps))] : [];
  }));
}

/** A new why goes on along the path of the one before it. */
function follow(row, columns) {
  const before = row.previousElementSibling, path = columns.group && control(row, columns.group);
  if (path && before && !path.value) path.value = said(before, columns.group);
}

/** Draws every figure of the form, and again after each change. */
export function wireDrawn(form) {
  const figures = [...form.querySelectorAll('[data-drawn]')].map((figure) => {
    const columns = JSON.parse(figure.dataset.columns), place = figure.querySelector('[data-drawn-place]'), whys = figure.dataset.drawn === 'whys';
    if (whys) figure.parentElement.addEventListener('rowadded', ({ target }) => follow(target, columns));
    return () => (whys ? drawWhys : drawFishbone)(form, figure, place, columns);
  });
  let waiting = 0;
  const all = () => {
    waiting = 0;
    for (const draw of figures) draw();
  };
  form.addEventListener('input', () => { waiting ||= requestAnimationFrame(all); });
  all();
}
