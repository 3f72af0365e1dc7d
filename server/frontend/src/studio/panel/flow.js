// Sequence flows and gateways: conditions, the default, and in which order conditions are tried (the order of `outgoing`).
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { pickLine } from '../names.js';
import { word } from '../words.js';
import { choice, group, note, order, orNone, tick } from './entries.js';
import { expression } from './expression.js';

const asks = (node) => node && ['bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway'].some((type) => is(node, type));

/** Outgoing flows of a gateway's business object, as they are tried. */
const leaving = (gateway) => (gateway.get('outgoing') ?? []).filter((flow) => is(flow, 'bpmn:SequenceFlow'));

function flowName(kesu, flow) {
  const name = pickLine(flow.get('name') ?? '', kesu.index), target = flow.get('targetRef');
  const to = pickLine(target?.get('name') ?? '', kesu.index) || target?.get('id') || '?';
  return name ? `${name} → ${to}` : `→ ${to}`;
}

function orderEntry({ kesu, modeling }, element, gateway) {
  const flows = leaving(gateway);
  if (!asks(gateway) || flows.length < 2) return undefined;
  const rows = flows.map((flow) => ({
    key: flow.get('id'), label: flowName(kesu, flow),
    detail: gateway.get('default') === flow ? word('default: when nothing else holds')
      : flow.get('conditionExpression')?.get('body') ?? word('no condition'),
  }));
  const move = (index, by) => {
    const changed = gateway.get('outgoing').slice(), from = changed.indexOf(flows[index]), to = changed.indexOf(flows[index + by]);
    [changed[from], changed[to]] = [changed[to], changed[from]];
    modeling.updateModdleProperties(element, gateway, { outgoing: changed });
  };
  return order('order', word('Tried in this order'), rows, move, { disabled: kesu.readOnly });
}

function gatewayGroups(tools, element) {
  const { kesu, modeling } = tools, { businessObject: gateway } = element;
  if (!asks(gateway)) return [];
  const flows = leaving(gateway);
  if (flows.length < 2) return [group(
    'gateway', 'Ways', [note('gateway-note', { text: word('With two or more flows out of it, it chooses between them.') })],
  )];
  const options = orNone(flows.map((flow) => ({ value: flow.get('id'), label: flowName(kesu, flow) })));
  const set = (id) => setDefault(tools, element, flows.find((flow) => flow.get('id') === id));
  return [group('gateway', 'Ways', [
    choice('default', word('When no condition holds'), () => gateway.get('default')?.get('id') ?? '', set, options),
    orderEntry(tools, element, gateway),
  ])];
}

/** The default flow asks nothing, so its condition goes with the same step. */
function setDefault({ modeling, registry, together }, element, flow) {
  together.do(() => {
    modeling.updateProperties(element, { default: flow });
    const drawn = flow && registry.get(flow.get('id'));
    if (drawn && flow.get('conditionExpression')) modeling.updateProperties(drawn, { conditionExpression: undefined });
  });
}

function sequenceFlow(tools, element) {
  const { kesu, modeling, factory } = tools, { businessObject: flow, source } = element;
  const written = flow.get('conditionExpression'), isDefault = source?.businessObject.get('default') === flow;
  if (!asks(source) && !written) return [];
  const set = (body) => modeling.updateProperties(
    element, { conditionExpression: body.trim() ? factory.create('bpmn:FormalExpression', { body }) : undefined },
  );
  const toggle = (on) => (on ? setDefault(tools, source, flow) : modeling.updateProperties(source, { default: undefined }));
  return [group('flow', 'Condition', [
    asks(source) && tick('is-default', word('Default: taken when no condition holds'), () => isDefault, toggle),
    !isDefault && expression(
      'condition', word('Taken when'), () => written?.get('body') ?? '', set, kesu.vocabulary,
      { rows: 2, placeholder: 'product.quantity_defective > 10' },
    ),
    asks(source) && orderEntry(tools, element, source.businessObject),
  ])];
}

export function flowGroups(tools, element) {
  return is(element, 'bpmn:SequenceFlow') ? sequenceFlow(tools, element) : gatewayGroups(tools, element);
}
