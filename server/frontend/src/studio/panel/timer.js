// When a timer fires: at a date, after a time, or again and again.
import { word } from '../words.js';
import { choice } from './entries.js';
import { fromNow } from './due.js';
import { expression } from './expression.js';

const KINDS = {
  timeDate: ['At a time', 'working_days(3)', 'Working time counts here: working_hours(8), working_days(3); or a date of the case.'],
  timeDuration: ['After a time', '"PT8H"', 'By the clock, in quotes: "PT8H" are eight hours, "P3D" three days.'],
  timeCycle: ['Again and again', '"R/P1D"', 'In quotes: "R/P1D" is every day.'],
};

export function timerEntries({ kesu, modeling, factory }, element, definition) {
  const kind = Object.keys(KINDS).find((name) => definition.get(name)) ?? 'timeDuration';
  const body = definition.get(kind)?.get('body') ?? '';
  const [, placeholder, hint] = KINDS[kind];
  const write = (name, value) => {
    const made = factory.create('bpmn:FormalExpression', { body: value });
    made.$parent = definition;
    modeling.updateModdleProperties(
      element, definition, { timeDate: undefined, timeDuration: undefined, timeCycle: undefined, [name]: made },
    );
  };
  const options = Object.entries(KINDS).map(([value, [label]]) => ({ value, label: word(label) }));
  return [
    choice('timer-kind', word('Fires'), () => kind, (name) => write(name, body), options),
    expression('timer', word('When'), () => body, (value) => write(kind, value), kesu.vocabulary,
      { placeholder, hint: word(hint), due: { timeDate: kesu.due, timeDuration: fromNow }[kind] }),
  ];
}
