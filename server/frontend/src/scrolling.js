// What scrolls sideways by itself can be reached with the keyboard too (WCAG 2.1.1), and says what it is.
const SCROLLERS = '.table-wrap, .incident-message, .repair-error, .mail-body, .licences';
const CONTROLS = 'a[href], button, input, select, textarea, summary, [tabindex]';

/** The words nearest above: the heading of the section, the name of the fact, the summary of the fold. */
function nameOf(box) {
  const around = box.closest('section, dd, details, .panel');
  const told = around?.matches('dd') ? around.previousElementSibling : around?.querySelector('h2, h3, summary');
  return (box.querySelector('caption') ?? told ?? document.querySelector('h1'))?.textContent.trim() ?? '';
}

function look(box) {
  const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
  if (!scrolls || box.hasAttribute('tabindex') || box.querySelector(CONTROLS)) return;
  box.tabIndex = 0;
  const name = nameOf(box);
  if (!name) return;
  box.setAttribute('role', 'group');
  box.setAttribute('aria-label', name);
}

const seen = new ResizeObserver((entries) => entries.forEach(({ target }) => look(target)));
for (const box of document.querySelectorAll(SCROLLERS)) seen.observe(box);
