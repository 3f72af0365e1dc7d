// The numbers beside the menu follow without a reload: asked for while the page is looked at, less often when the server
// does not answer, no more after the log-out. What has become more is said once, when a screen reader has time.
const status = document.querySelector('[data-badge-from]');
const LONGEST = 600; // seconds

const find = (name) => document.querySelector(`[data-badge="${name}"]`);
const bare = document.title.replace(/^\(\d+\+?\) /, '');

let etag = '';
let timer = 0;
let pause = 0;
let asking = false;
let over = false;
let last = Date.now();
const known = Object.fromEntries(['mine', 'late', 'asked'].map((name) => [name, Number(status?.dataset[name])]));

function show(badge) {
  const mine = find('mine');
  mine.textContent = badge.shown.mine;
  mine.hidden = !badge.mine;
  mine.dataset.late = badge.late ? '1' : '0';
  mine.title = badge.said;
  find('said').textContent = badge.mine || badge.asked ? badge.said : '';
  find('asked').textContent = badge.shown.asked;
  find('asked-link').hidden = !badge.asked;
  document.title = badge.shown.total ? `(${badge.shown.total}) ${bare}` : bare;
  if (Object.keys(known).some((name) => badge[name] > known[name])) status.textContent = badge.said;
  for (const name of Object.keys(known)) known[name] = badge[name];
}

async function ask() {
  clearTimeout(timer);
  if (asking || over || document.hidden) return;
  asking = true;
  last = Date.now();
  const every = Number(status.dataset.badgeEvery);
  try {
    const headers = etag ? { 'If-None-Match': etag } : {};
    const reply = await fetch(status.dataset.badgeFrom, { headers, redirect: 'manual', cache: 'no-store' });
    // Logged out in another tab: the log-in page answers, and nothing is asked any more.
    over = reply.type === 'opaqueredirect' || reply.status === 401 || reply.status === 403;
    if (over) return;
    if (reply.status !== 304) {
      if (!reply.ok) throw new Error(String(reply.status));
      etag = reply.headers.get('ETag') ?? '';
      show(await reply.json());
    }
    pause = every;
  } catch {
    pause = Math.min((pause || every) * 2, LONGEST); // the server is away or busy
  } finally {
    asking = false;
  }
  timer = setTimeout(ask, pause * 1000);
}

if (status) {
  const every = Number(status.dataset.badgeEvery);
  pause = every;
  timer = setTimeout(ask, every * 1000);
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return clearTimeout(timer);
    clearTimeout(timer);
    timer = setTimeout(ask, Math.max(0, pause * 1000 - (Date.now() - last)));
  });
}
