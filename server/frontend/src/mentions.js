// Naming a colleague in a comment: behind an @ the people who may see the complaint are offered, and only those.
//   <textarea data-mentions="URL of the page that lists them" data-text-found="…" data-text-nobody="…">
const BEHIND = /(^|[^A-Za-z0-9._-])@([^\s@]{0,40})$/;
const PAUSE = 150; // milliseconds

function open(area) {
  const list = Object.assign(document.createElement('ul'), { className: 'mentions', id: `${area.id}-people`, hidden: true });
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', area.dataset.textFound);
  area.after(list);
  area.setAttribute('aria-controls', list.id);
  area.setAttribute('aria-autocomplete', 'list');
  return list;
}

function wire(area) {
  const list = open(area);
  let asked = 0, timer;
  const options = () => [...list.querySelectorAll('[data-username]')];
  const chosen = () => list.querySelector('[aria-selected=true]');
  const typed = () => BEHIND.exec(area.value.slice(0, area.selectionStart))?.[2];

  function close() {
    asked += 1;
    list.hidden = true;
    area.removeAttribute('aria-activedescendant');
  }
  function choose(option) {
    for (const each of options()) each.setAttribute('aria-selected', String(each === option));
    if (option) area.setAttribute('aria-activedescendant', option.id);
    option?.scrollIntoView({ block: 'nearest' });
  }
  function put(option) {
    const end = area.selectionStart, begin = end - typed().length;
    area.setRangeText(`${option.dataset.username} `, begin, end, 'end');
    close();
    area.focus();
  }
  function show(found) {
    list.replaceChildren(...found.map(({ dataset: { username }, textContent }, position) => {
      const option = Object.assign(document.createElement('li'), { id: `${list.id}-${position}`, textContent });
      option.dataset.username = username;
      option.setAttribute('role', 'option');
      option.addEventListener('pointerdown', (event) => { event.preventDefault(); put(option); });
      return option;
    }));
    if (!found.length) {
      const nobody = Object.assign(document.createElement('li'), { textContent: area.dataset.textNobody });
      nobody.setAttribute('role', 'option');
      nobody.setAttribute('aria-disabled', 'true');
      list.append(nobody);
    }
    list.hidden = false;
    choose(options()[0]);
  }
  async function ask(q) {
    const mine = asked += 1;
    const url = `${area.dataset.mentions}?q=${encodeURIComponent(q)}`;
    const answer = await fetch(url, { credentials: 'same-origin' }).catch(() => null);
    if (!answer?.ok) return; // one can still type the name
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (mine === asked && typed() !== undefined) show([...page.querySelectorAll('#people [data-username]')]);
  }

  area.addEventListener('input', () => {
    clearTimeout(timer);
    const q = typed();
    if (q === undefined) close();
    else timer = setTimeout(ask, PAUSE, q);
  });
  area.addEventListener('blur', close);
  area.addEventListener('keydown', (event) => {
    if (list.hidden || event.isComposing || !options().length) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) choose(options().at((options().indexOf(chosen()) + step) % options().length));
    else if (event.key === 'Enter' || event.key === 'Tab') put(chosen());
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
  });
}

for (const area of document.querySelectorAll('textarea[data-mentions]')) wire(area);
