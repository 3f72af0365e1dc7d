// The tab key indents; Escape first lets it leave the field, so that nobody is caught in it.
const STEP = '  ';

function put(area, text) {
  // The old command keeps the browser's own undo; where it is gone, the text is set.
  if (!document.execCommand('insertText', false, text)) {
    area.setRangeText(text, area.selectionStart, area.selectionEnd, 'end');
    area.dispatchEvent(new Event('input', { bubbles: true }));
  }
}

/** The lines that the selection touches: [from, to]. */
function lines(area) {
  const from = area.value.lastIndexOf('\n', area.selectionStart - 1) + 1;
  const end = area.value.indexOf('\n', Math.max(area.selectionStart, area.selectionEnd - 1));
  return [from, end < 0 ? area.value.length : end];
}

function shift(area, change) {
  const [from, to] = lines(area), text = area.value.slice(from, to);
  area.setSelectionRange(from, to);
  const made = text.split('\n').map(change).join('\n');
  put(area, made);
  area.setSelectionRange(from, from + made.length);
}

/** Gives a text area the keys of an editor. */
export function wireTab(area) {
  let leaving = false;
  area.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') leaving = true;
    else if (event.key !== 'Tab' && event.key !== 'Shift') leaving = false;
    if (event.key !== 'Tab' || leaving || area.readOnly || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    if (event.shiftKey) shift(area, (line) => line.replace(/^( {1,2}|\t)/, ''));
    else if (area.value.slice(area.selectionStart, area.selectionEnd).includes('\n')) shift(area, (line) => STEP + line);
    else put(area, STEP);
  });
  area.addEventListener('blur', () => { leaving = false; });
}
