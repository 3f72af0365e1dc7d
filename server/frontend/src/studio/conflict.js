// What saving asks a person: whether to go on with what a crash left, and which of two texts to keep.
import './saving.css';
import { clockTime, word } from './words.js';

function make(tag, className, text) {
  return Object.assign(document.createElement(tag), { className, textContent: text ?? '' });
}

function dialog(className, title) {
  const box = make('dialog', `saving-dialog ${className}`);
  box.append(make('h2', '', title));
  document.body.append(box);
  return box;
}

/** Buttons [[value, text, look], …]; resolves with the value pressed, `escape` when the dialog is left otherwise. */
function answerOf(box, choices, escape) {
  const row = make('div', 'saving-choices');
  box.append(row);
  return new Promise((resolve) => {
    const leave = (value) => { box.close(); box.remove(); resolve(value); };
    for (const [value, text, look] of choices) {
      const button = Object.assign(make('button', `btn ${look}`, text), { type: 'button' });
      button.dataset.choice = value;
      button.addEventListener('click', () => leave(value));
      row.append(button);
    }
    box.addEventListener('cancel', (event) => { event.preventDefault(); leave(escape); });
    box.showModal();
  });
}

/** True when the person goes on with what this browser kept: {text, revision, at}. */
export async function askRecovery({ at }) {
  const box = dialog(
    'saving-recovery', word('This browser kept changes of {time} that had not reached the server.', { time: clockTime(at) }),
  );
  const choices = [['mine', word('Go on with them'), 'btn-primary'], ['', word('Throw them away'), 'btn-outline-secondary']];
  return Boolean(await answerOf(box, choices, 'mine'));
}

function side(title) {
  const part = make('section', 'saving-side'), place = make('div', 'saving-place');
  part.append(make('h3', '', title), place);
  return [part, place];
}

/** Lines of both texts; those the other side does not have are marked. */
function asText(mine, theirs, places) {
  const sides = { mine: mine.split('\n'), theirs: theirs.split('\n') };
  for (const [name, other] of [['mine', 'theirs'], ['theirs', 'mine']]) {
    const known = new Set(sides[other]);
    const text = make('pre', 'saving-text');
    for (const line of sides[name]) text.append(make('span', known.has(line) ? '' : 'saving-differs', `${line}\n`));
    places[name].append(text);
  }
}

/** Moves a long text to the first line that differs. */
function showFirst(place) {
  const line = place.querySelector('.saving-differs');
  if (line) place.scrollTop += line.getBoundingClientRect().top - place.getBoundingClientRect().top - place.clientHeight / 3;
}

/** Shows both sides; resolves with 'mine', 'theirs' or 'later'. */
export async function showConflict({ mine, theirs, compare }) {
  const by = theirs.by || word('somebody'), time = clockTime(theirs.at);
  const box = dialog('saving-conflict', word('Two people changed this file'));
  box.append(make(
    'p', '',
    word('{by} saved this file at {time}, after you had opened it. Nothing is lost: choose which one to keep.', { by, time }),
  ));
  const [left, mineAt] = side(word('Mine')), [right, theirsAt] = side(word('Theirs: {by}, {time}', { by, time }));
  const sides = make('div', 'saving-sides');
  sides.append(left, right);
  box.append(sides);
  const choices = [
    ['mine', word('Keep mine'), 'btn-primary'], ['theirs', word('Take theirs'), 'btn-primary'],
    ['later', word('Decide later'), 'btn-outline-secondary'],
  ];
  const answer = answerOf(box, choices, 'later');
  const places = { mine: mineAt, theirs: theirsAt };
  try { // drawn once the dialog is open, for a drawing needs its size
    await (compare ?? asText)(mine, theirs.content, places);
    for (const place of [mineAt, theirsAt]) showFirst(place);
  } catch {
    // What cannot be drawn can still be read.
    mineAt.replaceChildren();
    theirsAt.replaceChildren();
    asText(mine, theirs.content, places);
    for (const place of [mineAt, theirsAt]) showFirst(place);
  }
  return answer;
}
