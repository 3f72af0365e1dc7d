// Texts that carry several languages themselves: names have one line a language, long texts a block headed [zh-CN].
// A single line, or a text without headings, serves all languages.
import { pickLine } from '../diagram-names.js';

export { pickLine };

const HEADING = /^[ \t]*\[([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\][ \t]*$/m;

const oneLine = (text) => text.replace(/\s+/g, ' ').trim();

/** The lines of a name, one a language; missing ones are empty. */
export function nameLines(name, count) {
  const lines = (name ?? '').trim().split('\n').map((line) => line.trim());
  return Array.from({ length: Math.max(count, lines.length) }, (_, index) => lines[index] ?? '');
}

/** A name of these lines. Its first line is never empty while another is filled, for that is what the others fall back to. */
export function joinName(lines) {
  const clean = lines.map(oneLine);
  while (clean.length && !clean.at(-1)) clean.pop();
  const filled = clean.filter(Boolean);
  if (filled.length === 1) return filled[0];
  if (clean.length && !clean[0]) clean[0] = filled[0];
  return clean.join('\n');
}

/** `name` with its line for language `index` replaced; a single line goes on serving all. */
export function setLine(name, index, text, count) {
  const lines = nameLines(name, count);
  if (lines.filter(Boolean).length < 2) return oneLine(text);
  if (!oneLine(text)) lines[index] = '';
  else lines[index] = text;
  return joinName(lines);
}

/** A long text as {common, blocks: {language: text}}; common is what stands before the first heading. */
export function textBlocks(text) {
  const parts = (text ?? '').split(new RegExp(HEADING, 'gm'));
  const blocks = {};
  for (let at = 1; at < parts.length; at += 2) blocks[parts[at]] = parts[at + 1].trim();
  return { common: parts[0].trim(), blocks };
}

/** The text of such parts; a common text alone has no headings. */
export function joinBlocks({ common, blocks }) {
  const filled = Object.entries(blocks).filter(([, text]) => text?.trim());
  const parts = filled.map(([language, text]) => `[${language}]\n${text.trim()}`);
  return [common.trim(), ...parts].filter(Boolean).join(common.trim() && parts.length ? '\n\n' : '\n');
}
