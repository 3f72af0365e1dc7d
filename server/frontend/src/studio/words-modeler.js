// Chinese for the diagram editor: the library's own translation first, then ours, which goes before it.
import library from 'bpmn-js-i18n/translations/zn.js';
import { elementWords } from './words-elements.js';
import { panelWords } from './words-panel.js';
import { addWords } from './words.js';

addWords(library);
addWords(elementWords());
addWords(panelWords);
addWords({
  // tools of the drawing that the library's translation does not have
  'Align elements': '对齐元素',
  'Align elements left': '左对齐',
  'Align elements right': '右对齐',
  'Align elements center': '水平居中对齐',
  'Align elements top': '顶端对齐',
  'Align elements bottom': '底端对齐',
  'Align elements middle': '垂直居中对齐',
  'Distribute elements horizontally': '水平等距分布',
  'Distribute elements vertically': '垂直等距分布',
  'Change element': '更改元素',
  'Toggle non-interrupting': '切换是否中断',
  'Boundary event': '边界事件',
  'Ad-hoc sub-process': '临时子流程',
  'Expanded pool/participant': '展开的池',
  'Receive task': '接收任务',
  'Call activity': '调用活动',
  'Business rule task': '业务规则任务',
  'Sub-process (collapsed)': '子流程（折叠）',
  'Sub-process (expanded)': '子流程（展开）',
  'Search in diagram': '在图中搜索',
  'Open {element}': '打开 {element}',
  'Delete': '删除',
  // check and counterexamples
  'Checking …': '正在检查…',
  'Not checked: {reason}': '未检查：{reason}',
  'no connection': '没有连接',
  'Nothing to object to.': '没有问题。',
  'Errors: {errors}, other remarks: {others}': '错误 {errors} 个，其他提示 {others} 条',
  'checked in {seconds} s': '检查用时 {seconds} 秒',
  'the whole file': '整个文件',
  Error: '错误',
  Warning: '警告',
  Hint: '提示',
  Play: '播放',
  Pause: '暂停',
  'Play it': '演示',
  '{count} tokens wait here': '有 {count} 个令牌停在这里',
  'Step {step} of {steps}: {name}': '第 {step} 步，共 {steps} 步：{name}',
  'This editor does not know some parts of the file; they are lost when you change the diagram here:': '此编辑器不认识文件中的某些内容；在此修改流程图后，这些内容会丢失：',
  'This file is no diagram; nothing was changed.': '此文件不是流程图；没有任何更改。',
  // ready steps
  'Approval with a deadline': '带期限的审批',
  'A task with a due date, and a gateway: approved goes on, refused goes back.': '一个有期限的任务和一个网关：批准则继续，不批准则退回。',
  'Wait for the outside': '等待外部',
  'A task that a message ends, so that people can always go on by hand.': '消息到达即结束的任务；消息不来，也总能由人继续。',
  'Service with a way out': '有退路的自动任务',
  'A service task, and a task for people when it ends with an error.': '一个自动任务；出错时转由人工处理。',
  'Work and review': '处理与复核',
  'Work, a review that can send it back, and a gateway for another round.': '处理、可退回的复核，以及决定是否再来一轮的网关。',
  // playing by hand
  'Toggle Simulation Log': '显示或隐藏运行记录',
  'Reset Simulation': '重新开始',
  'Play/Pause Simulation': '播放或暂停',
  'Set Sequence Flow': '选择走哪条路',
  'Trigger Event': '触发事件',
  'Remove pause point': '取消暂停点',
  'Add pause point': '设暂停点',
  'Pause Simulation': '已暂停',
  'Play Simulation': '继续',
  'Found unsupported elements': '有不支持的元素',
  'Not supported': '不支持',
  Finished: '已结束',
  'Simulation Log': '运行记录',
  'No Entries': '没有记录',
});
