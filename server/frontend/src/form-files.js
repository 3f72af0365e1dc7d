// After a choice of files: their names, sizes and small pictures, and a word before the server has to refuse one.
const EDGE = 240; // pixels: sharp at 120 px on a phone's screen

/** `2.4 MB`, in the page's language. */
export function readableSize(bytes) {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  return new Intl.NumberFormat(document.documentElement.lang || 'en', { style: 'unit', unit: units[step], maximumFractionDigits: 1 })
    .format(bytes / 1000 ** step);
}

/** Draws on a canvas, not through a blob: address, so that the page's image policy stays narrow. */
export async function drawThumbnail(file) {
  const bitmap = await createImageBitmap(file, { resizeHeight: EDGE, resizeQuality: 'medium' });
  const canvas = Object.assign(document.createElement('canvas'), { width: bitmap.width, height: bitmap.height });
  canvas.getContext('2d').drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas;
}

async function entry(file, limit, tooLarge) {
  const item = document.createElement('li');
  const caption = document.createElement('span');
  caption.textContent = `${file.name} · ${readableSize(file.size)}`;
  if (file.type.startsWith('image/')) {
    // A picture this browser cannot read (HEIC, say) is still a good file: it shows by name.
    const picture = await drawThumbnail(file).catch(() => null);
    if (picture) item.append(picture);
  }
  item.append(caption);
  if (file.size > limit) {
    item.classList.add('too-large');
    const note = document.createElement('strong');
    note.textContent = `${tooLarge ?? '>'} ${readableSize(limit)}`;
    item.append(note);
  }
  return item;
}

const lists = new WeakMap(); // what an input shows, apart from files the server has already

/** Lists what an input holds below it or its label. `data-max-bytes` and `data-text-too-large` come from the page. */
export async function showPicked(input) {
  const limit = Number(input.dataset.maxBytes ?? Infinity);
  const files = [...input.files];
  input.setCustomValidity(files.some((file) => file.size > limit) ? `${input.dataset.textTooLarge ?? '>'} ${readableSize(limit)}` : '');
  const items = await Promise.all(files.map((file) => entry(file, limit, input.dataset.textTooLarge)));
  if (!lists.has(input)) {
    lists.set(input, Object.assign(document.createElement('ul'), { className: 'file-preview' }));
    (input.closest('label') ?? input).after(lists.get(input));
  }
  lists.get(input).replaceChildren(...items);
}
