// A text that is too long is said so while it is typed, and stays whole: `maxlength` would cut off what is pasted.
// The words are data-text-too-long of <body>, with {count} and {limit}.

function check(area) {
  const limit = Number(area.dataset.maxLength), count = [...area.value.trim()].length;
  const words = document.body.dataset.textTooLong ?? '{count} > {limit}';
  const number = (value) => value.toLocaleString(document.documentElement.lang || 'en');
  const text = count > limit ? words.replace('{count}', number(count)).replace('{limit}', number(limit)) : '';
  area.setCustomValidity(text);
  let note = area.nextElementSibling?.matches('[data-too-long]') ? area.nextElementSibling : null;
  if (text && !note) {
    note = Object.assign(document.createElement('div'), { className: 'invalid-feedback d-block' });
    note.dataset.tooLong = '';
    note.setAttribute('role', 'status');
    area.after(note);
  }
  if (note && note.textContent !== text) note.textContent = text;
}

export function watchLengths(root = document) {
  for (const area of root.querySelectorAll('textarea[maxlength]')) {
    area.dataset.maxLength = area.getAttribute('maxlength');
    area.removeAttribute('maxlength');
  }
  root.addEventListener('input', ({ target }) => {
    if (target.matches('textarea[data-max-length]')) check(target);
  });
}
