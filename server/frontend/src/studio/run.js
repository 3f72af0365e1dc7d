// A counterexample as a run: which tokens lie where after each step. The check names the elements in the order they fire;
// which way was taken out of a gateway is seen from what fires next.
import { is } from 'bpmn-js/lib/util/ModelUtil';

const flowsOf = (list) => (list ?? []).filter((flow) => is(flow, 'bpmn:SequenceFlow'));
const JOINS = ['bpmn:ParallelGateway', 'bpmn:InclusiveGateway'];
const joins = (element) => JOINS.some((type) => is(element, type));

/** Of the flows out of a choosing gateway the one that leads to what fires soonest; the first when none does. */
function chosen(flows, rest) {
  const soonest = (flow) => { const at = rest.indexOf(flow.target.id); return at < 0 ? Infinity : at; };
  const best = Math.min(...flows.map(soonest));
  return best === Infinity ? [] : [flows.find((flow) => soonest(flow) === best)];
}

function chosenSome(flows, rest) {
  const taken = flows.filter((flow) => rest.includes(flow.target.id));
  return taken.length ? taken : flows.slice(0, 1);
}

/** The flows that get a token when the element fires. */
function outputs(element, rest) {
  const flows = flowsOf(element.outgoing);
  if (flows.length < 2 || is(element, 'bpmn:ParallelGateway')) return flows;
  return is(element, 'bpmn:InclusiveGateway') ? chosenSome(flows, rest) : chosen(flows, rest);
}

/** Takes the tokens the element fires with out of `marking` (id of a place → count); gives the flows they came by. */
function inputs(element, marking) {
  const holding = (flow) => marking.get(flow.id) > 0;
  const source = element.host ?? element;
  const full = flowsOf(source.incoming).filter(holding);
  const used = joins(element) ? full : full.slice(0, 1);
  if (!element.host || element.businessObject.get('cancelActivity')) for (const flow of used) put(marking, flow.id, -1);
  if (!used.length && marking.get(source.id) > 0) put(marking, source.id, -1);
  return used;
}

function put(marking, id, by) {
  const count = (marking.get(id) ?? 0) + by;
  if (count > 0) marking.set(id, count);
  else marking.delete(id);
}

/** [{element, by: [flows it was reached by], marking: Map of place id → tokens after it}], for ids the drawing has. */
export function runOf(ids, registry) {
  const steps = [], marking = new Map();
  const known = ids.filter((id) => registry.get(id));
  known.forEach((id, index) => {
    const element = registry.get(id), rest = known.slice(index + 1);
    const by = inputs(element, marking), out = outputs(element, rest);
    for (const flow of out) put(marking, flow.id, 1);
    // A token that was not seen to go on stays where it is; at an end it is gone.
    if (!out.length && flowsOf(element.outgoing).length) put(marking, id, 1);
    steps.push({ element, by, marking: new Map(marking) });
  });
  return steps;
}
