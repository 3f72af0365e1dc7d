// The buttons above the drawing.
import { fit } from './view.js';
import { word } from './words.js';

/** Buttons [data-do=undo|redo|in|out|fit|search|copy|paste]; undo and redo say whether there is anything. */
export function wireToolbar(root, modeler) {
  const canvas = modeler.get('canvas'), stack = modeler.get('commandStack');
  const zoom = modeler.get('zoomScroll'), actions = modeler.get('editorActions');
  const doing = {
    undo: () => stack.undo(), redo: () => stack.redo(), in: () => zoom.stepZoom(1), out: () => zoom.stepZoom(-1), fit: () => fit(canvas),
    // A click outside closes the search, and this one still is on its way.
    search: () => setTimeout(() => actions.trigger('find')), copy: () => actions.trigger('copy'), paste: () => actions.trigger('paste'),
  };
  const buttons = [...root.querySelectorAll('[data-do]')];
  for (const button of buttons) button.addEventListener('click', () => doing[button.dataset.do]());
  const refresh = () => {
    for (const button of buttons) {
      if (button.dataset.do === 'undo') button.disabled = !stack.canUndo();
      if (button.dataset.do === 'redo') button.disabled = !stack.canRedo();
    }
  };
  modeler.on(['commandStack.changed', 'import.done'], refresh);
  refresh();
}

const LOST = 'This editor does not know some parts of the file; they are lost when you change the diagram here:';

/** What the file holds that saving would lose, told before anything is changed. */
export function tellLosses(place, losses, sentence = word(LOST)) {
  place.hidden = !losses.length;
  if (!losses.length) return;
  const list = document.createElement('ul');
  for (const loss of losses.slice(0, 5)) list.append(Object.assign(document.createElement('li'), { textContent: loss }));
  place.replaceChildren(Object.assign(document.createElement('p'), { textContent: sentence }), list);
}
