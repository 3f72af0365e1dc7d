// Files of a form, sent at once: <div data-files data-name data-upload-url …> around an input, so that a draft has them and a
// lost connection costs one picture, not the form. Pictures are shown and can be turned; turning draws the original anew, so
// that it may be turned as often as one likes. What could not be sent goes along with the form itself.
import { csrfHeaders } from './csrf.js';
import { el } from './editing/element.js';
import { drawThumbnail, readableSize } from './form-files.js';

const REST = 700; // milliseconds after the last turn
const QUALITY = 0.92; // of a JPEG
// Any other answer (logged out, too busy) says nothing about the file, which then goes along with the form.
const FAULT_OF_THE_FILE = new Set([400, 404, 409, 413, 415, 422]);
const ending = (name) => /\.([^.]+)$/.exec(name)?.[1].toLowerCase() ?? '';

/** A turned copy: 1 is a quarter to the right. The browser has applied the picture's own EXIF orientation before. */
async function turned(blob, quarters, name) {
  const bitmap = await createImageBitmap(blob), odd = quarters % 2 !== 0;
  const canvas = Object.assign(document.createElement('canvas'), { width: odd ? bitmap.height : bitmap.width, height: odd ? bitmap.width : bitmap.height });
  const context = canvas.getContext('2d'), type = blob.type === 'image/png' ? 'image/png' : 'image/jpeg';
  context.translate(canvas.width / 2, canvas.height / 2);
  context.rotate(quarters * Math.PI / 2);
  context.drawImage(bitmap, -bitmap.width / 2, -bitmap.height / 2);
  bitmap.close();
  const made = await new Promise((resolve) => { canvas.toBlob(resolve, type, QUALITY); });
  if (!made) throw new Error('no picture');
  return new File([made], type === 'image/jpeg' ? `${name.replace(/\.[^.]*$/, '')}.jpg` : name, { type });
}

/** Sends one file; told(share) as it goes. Gives {id, name}; rejects with a sentence for people, or an empty one. */
function send(address, file, told) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(), data = new FormData();
    data.append('file', file);
    request.open('POST', address);
    for (const [name, value] of Object.entries({ Accept: 'application/json', ...csrfHeaders() })) request.setRequestHeader(name, value);
    request.responseType = 'json';
    request.upload.addEventListener('progress', ({ loaded, total }) => told(loaded / total));
    request.addEventListener('load', () => {
      if (request.status === 201) resolve(request.response);
      else reject(new Error(FAULT_OF_THE_FILE.has(request.status) ? request.response?.error?.message : ''));
    });
    request.addEventListener('error', () => reject(new Error('')));
    request.send(data);
  });
}

/** One file of the list: picked just now (`file`), or kept from before (`item`). */
class Entry {
  constructor(field, { file = null, item = null }) {
    Object.assign(this, { field, words: field.dataset, file, original: file, quarters: 0, version: 0 });
    this.id = item?.querySelector('input[type=hidden]') ?? el('input', { type: 'hidden', name: field.dataset.name });
    this.name = file?.name ?? item.querySelector('a').textContent.trim();
    this.bar = el('progress', { max: 1, hidden: true, 'aria-label': this.name });
    this.note = el('span', { class: 'file-note', role: 'status' });
    this.tools = el('span', { class: 'file-tools' });
    this.item = item ?? el('li', { class: 'picked' }, el('span', { text: `${file.name} · ${readableSize(file.size)}` }), this.id);
    this.item.append(this.bar, this.note, this.tools);
    if (file) this.tools.append(this.button('✕', this.words.textRemove, () => this.drop()));
  }

  button(text, title, onclick) {
    return el('button', { type: 'button', class: 'btn btn-sm btn-outline-secondary', text, title, 'aria-label': `${title}: ${this.name}`, onclick });
  }

  offerTurns() {
    this.tools.prepend(this.button('↺', this.words.textLeft, () => this.turn(-1)), this.button('↻', this.words.textRight, () => this.turn(1)));
  }

  async show(blob) {
    const picture = await drawThumbnail(blob).catch(() => null); // HEIC, say: still a good file, it shows by name
    if (!picture) return false;
    this.item.querySelector('img, canvas, .picture-place')?.remove();
    this.item.prepend(picture);
    return true;
  }

  async start() {
    if (this.file.type.startsWith('image/')) {
      // Its place at once: what follows must not move away from under somebody's finger or focus.
      const place = el('span', { class: 'picture-place' });
      this.item.prepend(place);
      if (await this.show(this.file)) this.offerTurns();
      else place.remove();
    }
    await this.upload();
  }

  async turn(by) {
    const version = this.version += 1;
    this.quarters = (this.quarters + by + 4) % 4;
    clearTimeout(this.resting);
    this.note.textContent = this.words.textTurning;
    try {
      this.original ??= await (await fetch(this.item.querySelector('img').src, { credentials: 'same-origin' })).blob();
      const file = await turned(this.original, this.quarters, this.name);
      if (version !== this.version) return;
      this.file = file;
      await this.show(file);
    } catch {
      this.note.textContent = this.words.textUnturned;
      return;
    }
    this.resting = setTimeout(() => this.upload(), REST);
  }

  async upload() {
    const version = this.version;
    this.carry();
    this.note.textContent = this.words.textSending;
    Object.assign(this.bar, { hidden: false, value: 0 });
    this.item.classList.remove('too-large');
    try {
      const { id } = await send(this.words.uploadUrl, this.file, (share) => { this.bar.value = share; });
      if (version !== this.version || !this.item.isConnected) return;
      this.id.value = id;
      this.carried?.remove();
      this.note.textContent = this.words.textSent;
    } catch (error) {
      if (version !== this.version) return;
      this.refuse(error.message);
    } finally {
      this.bar.hidden = true;
      this.changed();
    }
  }

  /** Until the server has it the file itself stands in the form, and goes along should somebody send that first. */
  carry() {
    this.carried?.remove();
    const transfer = new DataTransfer();
    transfer.items.add(this.file);
    this.carried = el('input', { type: 'file', name: `${this.words.name}-upload`, class: 'carried', tabindex: '-1', 'aria-hidden': 'true' });
    this.carried.files = transfer.files;
    this.item.append(this.carried);
  }

  /** With a sentence the server does not take it: it goes nowhere. Without one there was no answer. */
  refuse(sentence) {
    this.note.textContent = sentence || this.words.textFailed;
    this.item.classList.add('too-large');
    if (sentence) this.carried?.remove();
    else if (!this.again) this.tools.append(this.again = this.button(this.words.textAgain, this.words.textAgain, () => this.upload()));
  }

  drop() {
    this.version += 1;
    clearTimeout(this.resting);
    this.item.remove();
    this.changed();
    this.field.querySelector('.file-inputs input')?.focus();
  }

  changed() {
    this.field.dispatchEvent(new Event('input', { bubbles: true }));
  }
}

function picked(field, input) {
  const limit = Number(input.dataset.maxBytes ?? Infinity), accepted = new Set(field.dataset.accepted.split(', '));
  const list = field.querySelector('[data-kept-files]'), files = [...input.files];
  input.value = '';
  for (const file of files) {
    const entry = new Entry(field, { file });
    list.append(entry.item);
    if (!accepted.has(ending(file.name))) entry.refuse(field.dataset.textWrongType);
    else if (file.size > limit) entry.refuse(`${input.dataset.textTooLarge} ${readableSize(limit)}`);
    else entry.start();
  }
}

/** Wires every field of files. */
export function wireFiles(form) {
  for (const field of form.querySelectorAll('[data-files]')) {
    field.addEventListener('change', ({ target }) => {
      if (target.matches('.file-inputs input[type=file]')) picked(field, target);
    });
    for (const item of field.querySelectorAll('[data-kept]')) if (item.querySelector('img')) new Entry(field, { item }).offerTurns();
  }
}
