// What dmn-js says in English without asking for a translation.
import { CHINESE } from '../studio/words.js';

const TITLES = {
  'Move Input': '移动条件列',
  'Move Output': '移动结果列',
  'Remove item': '删除此项',
  'Decision table context menu': '决策表右键菜单',
};

function put(root) {
  for (const name of ['title', 'aria-label']) {
    for (const element of root.querySelectorAll?.(`[${name}]`) ?? []) {
      const ours = TITLES[element.getAttribute(name)];
      if (ours) element.setAttribute(name, ours);
    }
  }
}

/** Puts these words into Chinese wherever they appear in `host`. */
export function watchTitles(host) {
  if (!CHINESE) return;
  put(host);
  new MutationObserver((changes) => changes.forEach(({ target }) => put(target))).observe(host, { childList: true, subtree: true });
}
