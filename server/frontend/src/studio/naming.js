// The canvas shows and edits the reader's line of a name; the other languages stay as they are.
import TextRenderer from 'bpmn-js/lib/draw/TextRenderer';
import LabelEditingProvider from 'bpmn-js/lib/features/label-editing/LabelEditingProvider';
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { getLabel } from 'bpmn-js/lib/util/LabelUtil';
import { pickLine, setLine } from './names.js';

class OneLine extends TextRenderer {
  static $inject = ['config.textRenderer', 'config.kesu'];

  constructor(config, { index }) {
    super(config);
    const { createText, getExternalLabelBounds, getDimensions } = this;
    this.createText = (text, options) => createText(options?.align === 'left-top' ? text : pickLine(text ?? '', index), options);
    this.getExternalLabelBounds = (bounds, text) => getExternalLabelBounds(bounds, pickLine(text ?? '', index));
    this.getDimensions = (text, options) => getDimensions(pickLine(text ?? '', index), options);
  }
}

class EditOneLine extends LabelEditingProvider {
  static $inject = [...LabelEditingProvider.$inject, 'config.kesu'];

  constructor(...services) {
    super(...services);
    this.kesu = services.at(-1);
  }

  activate(element) {
    const context = super.activate(element);
    if (context && !is(element, 'bpmn:TextAnnotation')) context.text = pickLine(context.text, this.kesu.index);
    return context;
  }

  update(element, text, before, bounds) {
    if (is(element, 'bpmn:TextAnnotation') || is(element, 'bpmn:Group')) return super.update(element, text, before, bounds);
    const { index, languages } = this.kesu;
    super.update(element, setLine(getLabel(element), index, text, languages.length), before, bounds);
  }
}

export const namingModule = {
  textRenderer: ['type', OneLine],
  labelEditingProvider: ['type', EditOneLine],
};
