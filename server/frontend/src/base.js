// What every page loads: the look and htmx. Of Bootstrap only the style sheet: what opens on a page is a <details>.
import 'bootstrap/dist/css/bootstrap.css';
import './tokens.css';
import './base.css';
import './frame.css';
import './lists.css';
import './case.css';
import './desk.css';
import './design.css';
import './stuck.css';
import './ease.css';
import './print.css';
import htmx from 'htmx.org';
import { csrfHeaders } from './csrf.js';
import './focus.js';
import './folds.js';
import './mentions.js';
import './scrolling.js';
import './badge.js';
import { watchLengths } from './lengths.js';
import { isNamed, send } from './sending.js';

// No eval and no injected <style>: the content security policy forbids both.
Object.assign(htmx.config, {
  allowEval: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0, // a shared tablet keeps no pages of the last user
  responseHandling: [
    { code: '204', swap: false },
    { code: '[23]..', swap: true },
    { code: '422', swap: true }, // a refused form comes back with its messages
    { code: '[45]..', swap: false, error: true },
  ],
});
document.addEventListener('htmx:configRequest', (event) => Object.assign(event.detail.headers, csrfHeaders()));

// A language or filter choice takes effect at once; without script its button does the same.
document.addEventListener('change', (event) => {
  if (event.target.matches('[data-submit-on-change]')) event.target.form.requestSubmit();
});

watchLengths();

// One press, one submission: double taps are common with gloves on. A download leaves us here, so it does not last.
const PAUSE = 8000; // milliseconds

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll('[aria-disabled]')) button.removeAttribute('aria-disabled');
}
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute('method')?.toLowerCase() !== 'post') return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = '1';
  for (const button of form.querySelectorAll('button:not([type=button])')) button.setAttribute('aria-disabled', 'true');
  if (isNamed(form) && !form.target) {
    event.preventDefault();
    send(form, event.submitter, release);
  } else setTimeout(release, PAUSE, form);
});

// Back to a page whose form was sent: what it shows is no longer so, and the browser may have kept it as it was.
window.addEventListener('pageshow', (event) => {
  const sent = document.querySelectorAll('form[data-sent]');
  if (event.persisted && sent.length) location.reload();
  sent.forEach(release);
});
