// Texts that carry several languages: one line a language, in the order the application declares them.

const HEADED = /^[ \t]*\[[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\][ \t]*$/m;

/** Whether a text is written in blocks headed [zh-CN], [en]; such a text is edited as a whole. */
export function isHeaded(text) {
  return HEADED.test(text ?? '');
}

/** One text for each language; a single line serves all, and stands in the first place. */
export function linesOf(text, languages) {
  const known = (text ?? '').split('\n');
  return languages.map((_, place) => known[place] ?? '');
}

/** The text with these lines; undefined when there is none. */
export function textOf(lines) {
  const [first, ...others] = lines.map((line) => line.trim());
  if (others.every((line) => !line)) return first || undefined;
  // A missing first line is taken from the next one: an empty line in front would be lost.
  return [first || others.find(Boolean), ...others].join('\n').trimEnd();
}

/** The line for the reader, else the first there is. */
export function lineFor(text, index) {
  const lines = (text ?? '').split('\n').map((line) => line.trim());
  return lines[index] || lines.find(Boolean) || '';
}
