// What a time comes to, told while it is typed: the server adds working time, a duration in quotes is added here.
import { h } from '@bpmn-io/properties-panel/preact';
import { useEffect, useState } from '@bpmn-io/properties-panel/preact/hooks';
import { csrfHeaders } from '../../csrf.js';
import { clockTime, word } from '../words.js';

const QUIET = 500; // milliseconds
const DURATION = /^"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?"$/;
const SECONDS = [604800, 86400, 3600, 60, 1];

/** Asks the server: {text, terms} or {error}. */
export function askServer(url) {
  return async (expression, element) => {
    const answer = await fetch(url, {
      method: 'POST', credentials: 'same-origin', body: JSON.stringify({ expression, element }),
      headers: { 'Content-Type': 'application/json', Accept: 'application/json', ...csrfHeaders() },
    });
    const said = await answer.json();
    return answer.ok && !said.error ? said : { error: said.error?.message ?? word(
      'the server answered {status}', { status: answer.status },
    ) };
  };
}

/** A duration in quotes, counted from now; another expression depends on the case and tells nothing. */
export async function fromNow(expression) {
  const parts = DURATION.exec(expression.trim())?.slice(1);
  if (!parts || parts.every((part) => part === undefined)) return {};
  const seconds = parts.reduce((sum, part, index) => sum + Number(part ?? 0) * SECONDS[index], 0);
  return { text: word('from now: {time}', { time: clockTime(new Date(Date.now() + seconds * 1000)) }) };
}

const termText = (term) => (typeof term === 'string' ? term : term.text ?? Object.values(term).join(' '));

export function DuePreview({ expression, element, due }) {
  const [said, setSaid] = useState({});
  useEffect(() => {
    if (!expression?.trim()) return setSaid({});
    let stale = false;
    const timer = setTimeout(async () => {
      const answer = await due(expression, element).catch(() => ({ error: word('No connection: the time cannot be told now.') }));
      if (!stale) setSaid(answer);
    }, QUIET);
    return () => { stale = true; clearTimeout(timer); };
  }, [expression, element]);
  return h('output', { class: 'kesu-due', 'data-state': said.error ? 'failed' : 'known', hidden: !said.text && !said.error },
    said.error ? said.error : [
      h('strong', {}, said.text),
      (said.terms ?? []).length > 0 && h('ul', {}, said.terms.map((term, index) => h('li', { key: index }, termText(term)))),
    ]);
}
