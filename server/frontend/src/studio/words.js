// The words of the editors in the reader's language. Source texts are English; a room adds its Chinese with `addWords`.
import zh from './words-zh.js';

export const CHINESE = document.documentElement.lang.toLowerCase().startsWith('zh');

const table = { ...zh };
const missing = new Set();

/** Adds Chinese for more source texts: {English: Chinese}. */
export function addWords(more) {
  Object.assign(table, more);
}

/** A text asked for in Chinese without one; named on <html data-untranslated>, where tests look. */
function note(text) {
  missing.add(text);
  document.documentElement.dataset.untranslated = JSON.stringify([...missing]);
}

/** The text in the reader's language, {name} filled from `values`. */
export function word(text, values = {}) {
  if (CHINESE && text && !(text in table)) note(text);
  const shown = CHINESE ? table[text] ?? text : text;
  return shown.replace(/{([^}]+)}/g, (all, key) => values?.[key] ?? all);
}

const OWN_NAMES = { 'zh-CN': '中文', en: 'English' };

/** What a language calls itself. */
export const languageName = (tag) => OWN_NAMES[tag] ?? new Intl.DisplayNames([tag], { type: 'language' }).of(tag);

/** An instant (Date or RFC 3339 text) as hour and minute, with the day where that is not today. */
export function clockTime(at) {
  const date = new Date(at), today = date.toDateString() === new Date().toDateString();
  const parts = { hour: '2-digit', minute: '2-digit', ...(today ? {} : { month: 'short', day: 'numeric' }) };
  return date.toLocaleString(document.documentElement.lang, parts);
}
