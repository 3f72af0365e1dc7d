// Of Bootstrap's style sheet only what pages are built of goes into the bundle: of its 2000 classes, we use some 80.
// A class outside this list is no mistake: add it here. A test names those that a page uses and the bundle lacks.
import { readFile } from 'node:fs/promises';

const KEPT = new RegExp(`^(?:${[
  'btn(?:-(?:outline-)?(?:primary|secondary|danger))?', 'btn-(?:link|sm|group|close)',
  'form-(?:check|control|select|label|text|range|switch)(?:-input|-label|-inline|-sm)?', 'col-form-label', 'is-invalid', 'invalid-feedback', 'was-validated',
  'table(?:-sm|-hover|-responsive)?', 'breadcrumb(?:-item)?', 'badge', 'nav(?:-link|bar-brand)?', 'container(?:-xl)?', 'alert', 'card-title',
  'lead', 'small', 'mark', 'h[1-6]', 'list-unstyled', 'visually-hidden(?:-focusable)?', 'active', 'disabled', 'show', 'collapsed',
  '[mp][tbsexy]?-(?:[0-5]|auto)', 'gap-[0-5]', 'd-(?:none|inline|inline-block|block|flex|inline-flex|grid)',
  'flex-(?:row|column|wrap|nowrap|fill|grow-[01]|shrink-[01])', '(?:justify-content|align-items|align-self)-(?:start|end|center|between|baseline)',
  'text-(?:start|end|center|nowrap|break|danger|muted|body-secondary)', 'fw-(?:normal|bold|semibold)', 'fs-[1-6]', '[wh]-100', 'border(?:-0)?', 'rounded',
].join('|')})$`);

/** The blocks of a style sheet, one level deep: [what stands before the brace, what stands inside]. */
function* blocks(text) {
  for (let at = 0; ;) {
    const open = text.indexOf('{', at);
    if (open < 0) return;
    let end = open + 1;
    for (let depth = 1; depth; end += 1) depth += { '{': 1, '}': -1 }[text[end]] ?? 0;
    yield [text.slice(at, open).trim(), text.slice(open + 1, end - 1)];
    at = end;
  }
}

const kept = (selector) => !selector.includes('[data-bs-theme=dark]')
  && [...selector.matchAll(/\.(-?[a-zA-Z_][\w-]*)/g)].every(([, name]) => KEPT.test(name));

function part(text) {
  let left = '';
  for (const [head, body] of blocks(text)) {
    if (/^@(media|supports)/.test(head)) {
      const inside = part(body);
      if (inside) left += `${head}{${inside}}\n`;
    } else {
      const selectors = head.startsWith('@') ? [head] : head.split(/,(?![^(]*\))/).filter(kept);
      if (selectors.length) left += `${selectors.join(',')}{${body}}\n`;
    }
  }
  return left;
}

/** For esbuild's `plugins`. */
export const partOfBootstrap = {
  name: 'part-of-bootstrap',
  setup(build) {
    build.onLoad({ filter: /bootstrap[\\/]dist[\\/]css[\\/]bootstrap\.css$/ }, async ({ path }) => {
      const text = (await readFile(path, 'utf8')).replace(/@charset[^;]+;/, '');
      const notice = /\/\*!.*?\*\//s.exec(text)?.[0] ?? '';
      return { contents: `${notice}\n${part(text.replace(/\/\*.*?\*\//gs, ''))}`, loader: 'css' };
    });
  },
};
