// Puts whole pieces into a diagram: makes room, creates the shapes and connects them, as one step for undo.
import { is } from 'bpmn-js/lib/util/ModelUtil';

const GAP = 60; // between two shapes in a row
const SIZES = { 'bpmn:ExclusiveGateway': 50, 'bpmn:EndEvent': 36 };

const widthOf = (type) => SIZES[type] ?? 100;

/** A boundary event for an error of that code, at the lower border of the task. */
export function addErrorEvent(tools, task, code) {
  return tools.together.do(() => {
    const { modeling, roots } = tools;
    const at = { x: task.x + task.width - 25, y: task.y + task.height };
    const event = modeling.createShape(
      { type: 'bpmn:BoundaryEvent', eventDefinitionType: 'bpmn:ErrorEventDefinition' }, at, task, { attach: true },
    );
    modeling.updateModdleProperties(
      event, event.businessObject.get('eventDefinitions')[0], { errorRef: roots.ensure(event, 'error', code) },
    );
    return event;
  });
}

/** Where a piece goes: behind a selected flow's source, behind a selected step, else in the middle of what is seen. */
export function placeFor({ selection, canvas }) {
  const [chosen] = selection.get();
  if (chosen && is(chosen, 'bpmn:SequenceFlow')) return { after: chosen.source, flow: chosen, before: chosen.target };
  if (chosen && is(chosen, 'bpmn:FlowNode') && chosen.type !== 'label' && !is(chosen, 'bpmn:EndEvent')) {
    const flows = (chosen.outgoing ?? []).filter((flow) => is(flow, 'bpmn:SequenceFlow'));
    // Into the only flow out of it; behind a gateway the person has to say which one.
    if (flows.length === 1) return { after: chosen, flow: flows[0], before: flows[0].target };
    if (!flows.length) return { after: chosen };
  }
  const { x, y, width, height } = canvas.viewbox();
  return { at: { x: x + width / 2, y: y + height / 2 } };
}

/** Lets one build in a row, from the left to the right, on the line of the step before. */
export class Row {
  constructor(tools, place, types) {
    Object.assign(this, { tools, place });
    const { after, at } = place;
    const width = types.reduce((sum, type) => sum + widthOf(type) + GAP, 0);
    this.x = after ? after.x + after.width + GAP : at.x - width / 2;
    this.y = after ? after.y + after.height / 2 : at.y;
    this.parent = after ? parentOf(after) : this.#parentAt(at);
    if (after) this.#makeRoom(after.x + after.width + 10, width);
  }

  /** The next shape of the row; attributes are those of its business object. */
  add(type, attributes = {}) {
    const width = widthOf(type);
    const made = this.put(type, { x: this.x + width / 2, y: this.y }, attributes);
    this.x += width + GAP;
    return made;
  }

  put(type, at, attributes = {}) {
    const { factory, elementFactory, modeling, moddle, roots } = this.tools;
    if (attributes.id) attributes.id = roots.freeId(attributes.id);
    const businessObject = factory.create(type, attributes);
    if (attributes.id) moddle.ids.claim(attributes.id, businessObject);
    const shape = elementFactory.createShape({ type, businessObject });
    return modeling.createShape(shape, { x: Math.round(at.x), y: Math.round(at.y) }, this.parent);
  }

  /** A boundary event at the lower border of a step. */
  attach(host, eventDefinitionType, attributes = {}) {
    const { modeling } = this.tools;
    const event = modeling.createShape(
      { type: 'bpmn:BoundaryEvent', eventDefinitionType }, { x: host.x + host.width - 25, y: host.y + host.height }, host,
      { attach: true },
    );
    if (attributes.name) modeling.updateLabel(event, attributes.name);
    return event;
  }

  connect(source, target, attributes = {}) {
    const { modeling, factory } = this.tools;
    const flow = modeling.connect(source, target);
    if (target.x + target.width < source.x) modeling.updateWaypoints(flow, wayBack(source, target));
    const { name, condition } = attributes;
    if (name) modeling.updateLabel(flow, name);
    if (condition) modeling.updateProperties(flow, { conditionExpression: factory.create('bpmn:FormalExpression', { body: condition }) });
    return flow;
  }

  /** Joins the piece to what stands before and behind it; gives the flow behind it, if there is one. */
  splice(first, last) {
    const { after, flow, before } = this.place, { modeling } = this.tools;
    if (flow) {
      modeling.reconnectEnd(flow, first, { x: first.x, y: first.y + first.height / 2 });
      modeling.layoutConnection(flow);
    } else if (after) modeling.connect(after, first);
    return before ? modeling.connect(last, before) : undefined;
  }

  #makeRoom(from, width) {
    const { spaceTool, canvas, registry } = this.tools, root = canvas.findRoot(this.parent) ?? canvas.getRootElement();
    const all = registry.filter((element) => element !== root && element.parent && canvas.findRoot(element) === root);
    const { movingShapes, resizingShapes } = spaceTool.calculateAdjustments(all, 'x', width, from);
    spaceTool.makeSpace(movingShapes, resizingShapes, { x: width, y: 0 }, 'e', from);
  }

  #parentAt({ x, y }) {
    const { registry, canvas } = this.tools;
    const pools = registry.filter((each) => is(each, 'bpmn:Participant') && each.businessObject.get('processRef'));
    const holds = (pool) => x > pool.x && x < pool.x + pool.width && y > pool.y && y < pool.y + pool.height;
    return pools.find(holds) ?? pools[0] ?? canvas.getRootElement();
  }
}

/** A way back goes over the heads of what stands between, not through it. */
function wayBack(source, target) {
  const from = source.x + source.width / 2, to = target.x + target.width / 2, over = Math.min(source.y, target.y) - 14;
  return [{ x: from, y: source.y }, { x: from, y: over }, { x: to, y: over }, { x: to, y: target.y }];
}

/** Steps stand in a pool or process, whatever lane is drawn under them. */
function parentOf(element) {
  if (is(element.parent, 'bpmn:Lane')) return parentOf(element.parent);
  return element.host ? element.host.parent : element.parent;
}
