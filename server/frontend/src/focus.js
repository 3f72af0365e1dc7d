// Where the keyboard and the screen reader begin on a page that one has come to from another of ours: at what happened
// (a notice), else at its heading. A page that says itself where to begin (autofocus, an address with #…) is left alone,
// and one opened afresh begins at the top, with the link that skips the menu.
const come = document.referrer.startsWith(`${location.origin}/`);

function begin() {
  if (!come || location.hash || (document.activeElement && document.activeElement !== document.body)) return;
  if (document.querySelector('[autofocus], [aria-invalid=true]')) return;
  const place = document.querySelector('.notices') ?? document.querySelector('main h1');
  if (!place) return;
  place.tabIndex = -1;
  place.focus({ preventScroll: true });
}
begin();

// A menu that opens like any <details> closes as menus do: by Escape, and by a press elsewhere.
function close(menu) {
  menu.open = false;
  return menu.querySelector('summary');
}
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  const menu = event.target.closest?.('details.menu[open]');
  if (menu) close(menu).focus();
});
document.addEventListener('pointerdown', (event) => {
  for (const menu of document.querySelectorAll('details.menu[open]')) if (!menu.contains(event.target)) close(menu);
});
document.addEventListener('focusin', (event) => {
  for (const menu of document.querySelectorAll('details.menu[open]')) if (!menu.contains(event.target)) close(menu);
});

// A line of tabs that is longer than the screen begins where one is.
for (const tab of document.querySelectorAll('.tabs [aria-current]')) {
  const line = tab.parentElement;
  line.scrollLeft = Math.max(line.scrollLeft, tab.offsetLeft + tab.offsetWidth - line.clientWidth);
}

// In a line that scrolls by itself a browser is content when a corner of what has the focus can be seen.
document.addEventListener('focusin', ({ target }) => {
  if (target.matches?.('.part-jumps a, .tabs a, .app-nav a, .chip')) target.scrollIntoView({ block: 'nearest', inline: 'nearest' });
});
