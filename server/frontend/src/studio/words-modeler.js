// Chinese for the diagram editor: first what the library's own translation has, then ours, which goes before it.
import library from 'bpmn-js-i18n/translations/zn.js';
import { addWords } from './words.js';

addWords(library);
