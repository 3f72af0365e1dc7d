// Chinese for the kinds of elements, as the properties panel names them: "Timer Intermediate Catch Event".
const EVENTS = {
  'Start Event': '开始事件', 'End Event': '结束事件', 'Intermediate Catch Event': '中间捕获事件', 'Intermediate Throw Event': '中间抛出事件', 'Boundary Event': '边界事件',
};
const KINDS = {
  Message: '消息', Timer: '定时', Error: '错误', Escalation: '升级', Signal: '信号', Conditional: '条件', Terminate: '终止', Cancel: '取消', Compensate: '补偿', Compensation: '补偿', Link: '链接',
};
const OTHERS = {
  Process: '流程', Collaboration: '协作图', Participant: '池', Lane: '泳道', Task: '任务', 'User Task': '用户任务', 'Service Task': '服务任务', 'Manual Task': '手工任务',
  'Send Task': '发送任务', 'Receive Task': '接收任务', 'Script Task': '脚本任务', 'Business Rule Task': '业务规则任务', 'Call Activity': '调用活动', 'Sub Process': '子流程',
  'Event Sub Process': '事件子流程', 'Ad Hoc Sub Process': '临时子流程', Transaction: '事务', 'Expanded Sub Process': '展开的子流程', 'Collapsed Sub Process': '折叠的子流程',
  'Exclusive Gateway': '排他网关', 'Parallel Gateway': '并行网关', 'Inclusive Gateway': '包容网关', 'Complex Gateway': '复杂网关', 'Event Based Gateway': '事件网关',
  'Sequence Flow': '顺序流', 'Default Flow': '默认流', 'Conditional Flow': '条件流', 'Message Flow': '消息流', Association: '关联', 'Text Annotation': '注释', Group: '分组',
  'Data Object Reference': '数据对象', 'Data Store Reference': '数据存储', 'Data Input Association': '数据输入关联', 'Data Output Association': '数据输出关联', Label: '标签',
};

/** {English: Chinese} of every kind of element. */
export function elementWords() {
  const words = { ...OTHERS };
  for (const [event, there] of Object.entries(EVENTS)) {
    words[event] = there;
    words[`${event} (Non Interrupting)`] = `${there}（不中断）`;
    for (const [kind, here] of Object.entries(KINDS)) {
      words[`${kind} ${event}`] = `${here}${there}`;
      words[`${kind} ${event} (Non Interrupting)`] = `${here}${there}（不中断）`;
    }
  }
  return words;
}
