// Chinese for the properties panel.
export const panelWords = {
  // the panel itself
  'Select an element to edit its properties.': '选中一个元素即可编辑其属性。', 'Multiple elements selected. Select a single element to edit its properties.': '已选中多个元素。请只选一个来编辑属性。',
  'Toggle section': '展开或收起', 'Section contains an error': '此组有错误', 'Section contains edits': '此组已有内容', 'Open pop-up editor': '打开大窗口编辑', '<empty>': '（空）',
  // any element
  General: '基本', 'Name ({language})': '名称（{language}）', Description: '说明', '{label} ({language})': '{label}（{language}）', '{label} (all languages)': '{label}（所有语言）',
  Id: '标识', 'Deadlines, send-back and reports refer to it.': '期限、退回和报表都引用它。', Text: '文字',
  'An id begins with a letter and has letters, digits, "_", "-" and "." only.': '标识以字母开头，只含字母、数字、“_”“-”和“.”。', 'This id is taken.': '此标识已被使用。',
  'There is nothing to choose from yet.': '目前没有可选项。', '{value} (not known here)': '{value}（此处未知）', Earlier: '提前', Later: '推后',
  'A whole number, please.': '请填整数。', 'A number, please.': '请填数字。',
  // process and lane
  Process: '流程', 'Id of the process': '流程标识', 'Call activities and application.toml refer to it.': '调用活动和 application.toml 引用它。', Executable: '可执行',
  Group: '负责小组', 'Works the tasks in this lane': '处理此泳道任务的小组', 'Without a choice: {title}, by the id of the lane.': '不选时按泳道标识：{title}。',
  'Without a choice the id of the lane has to be a group.': '不选时，泳道标识本身须是一个小组。',
  // user task
  Form: '表单', 'What is filled in': '填写的表单', 'Open the form “{title}”': '打开表单“{title}”', Time: '时间', Due: '期限', 'Empty: the table of deadlines says it.': '留空则按期限表。',
  Milestone: '里程碑', 'The customer’s status page goes by it.': '客户的进度页按它显示。', Priority: '优先级', 'A whole number; 50 when empty.': '整数；留空为 50。', 'Cost per hour': '每小时成本',
  Who: '由谁处理', 'Meant for': '指定给', 'An expression that gives a user name; empty: anybody of the group.': '得出用户名的表达式；留空则小组中任何人都可处理。',
  'Not by whoever did': '回避：不得由以下任务的处理人办理', 'Four eyes: the same person cannot do both.': '四眼原则：同一个人不能两项都做。',
  'Sending back and rounds': '退回与轮次', 'Can be sent back to': '可退回到', 'Offered first when the work is not good enough.': '工作不合格时优先提供的退回目标。',
  'Begins a round of': '开始一轮', 'Loops are described in application.toml.': '轮次在 application.toml 中定义。', Instructions: '操作指引', 'What to do': '怎么做',
  // service task, table, called process
  Service: '自动处理', Topic: '主题', 'The worker gives: {results}': '处理程序给出：{results}', 'Result goes to': '结果写入', 'A place of the case; empty: dropped.': '案件中的位置；留空则丢弃。',
  'Needed ({type}).': '必填（{type}）。', 'May be left out ({type}).': '可不填（{type}）。', 'The worker does not know this parameter.': '处理程序不认识此参数。',
  'When it fails': '失败时', Tries: '重试次数', 'How often it is tried again before somebody has to look at it.': '重试这么多次后仍失败，就要有人来看。', 'Back-off base': '间隔倍数',
  'Each wait is so many times as long as the one before.': '每次等待是上一次的这么多倍。', 'Error {code}: caught at the border of the task.': '错误 {code}：已由任务边界捕获。',
  'May end with the error {code}.': '可能以错误 {code} 结束。', 'Add its boundary event': '添加对应的边界事件', 'Decision table': '决策表', 'Decides by': '依据',
  'Looks at {inputs}; gives {outputs}.': '查看 {inputs}；给出 {outputs}。', 'Open the table': '打开决策表', 'Called process': '被调用的流程', 'Runs the process': '运行流程', 'Open its diagram': '打开其流程图',
  // events
  Event: '事件', Message: '消息', 'New message, by name': '新建消息（填名称）', Signal: '信号', 'New signal, by name': '新建信号（填名称）', 'New error, by code': '新建错误（填代码）',
  Escalation: '升级', 'New escalation, by code': '新建升级（填代码）', 'any error': '任何错误', 'What it brings goes to': '消息内容写入', 'What it says': '消息内容',
  'Letters, digits, ".", "_" and "-" only, beginning with a letter: it is no text to be read.': '以字母开头，只含字母、数字、“.”“_”和“-”：它不是给人读的文字。',
  'Belongs to the case by {property}': '按 {property} 对应案件', 'By the number of the case': '按案件编号对应',
  'Without it every message of this name would match, whichever case it is about.': '不填时，任何同名消息都会匹配，不论属于哪个案件。', 'Ends the task it stands at': '结束所在的任务',
  'Goes on as soon as': '满足时立即继续', Fires: '触发', 'At a time': '在某一时刻', 'After a time': '过一段时间后', 'Again and again': '反复', When: '何时', 'from now: {time}': '从现在算起：{time}',
  'Working time counts here: working_hours(8), working_days(3); or a date of the case.': '此处按工作时间计算：working_hours(8)、working_days(3)；或案件中的日期。',
  'By the clock, in quotes: "PT8H" are eight hours, "P3D" three days.': '按自然时间，写在引号里："PT8H" 是八小时，"P3D" 是三天。', 'In quotes: "R/P1D" is every day.': '写在引号里："R/P1D" 表示每天。',
  'No connection: the time cannot be told now.': '没有连接：暂时无法算出时间。',
  // flows, gateways
  Condition: '条件', 'Default: taken when no condition holds': '默认：没有条件成立时走这里', 'Taken when': '成立时走这里', 'Tried in this order': '按此顺序判断', Ways: '去向',
  'When no condition holds': '没有条件成立时', 'default: when nothing else holds': '默认：其他都不成立时', 'no condition': '没有条件',
  'With two or more flows out of it, it chooses between them.': '有两条以上流出时，由它选择走哪条。',
  // repetition
  Repetition: '重复', Done: '执行', Once: '一次', 'For each row, all at once': '逐行，同时进行', 'For each row, one after the other': '逐行，依次进行', 'Rows of the case': '案件中的行',
  'Name of one row': '一行的名称', 'Or so many times': '或固定次数', 'A number or an expression; not together with rows.': '数字或表达式；不能与行同时使用。', 'Results go to': '结果写入',
  'Name of one result': '一个结果的名称', 'Enough as soon as': '满足时即可结束', 'As long as': '只要满足就继续', 'At most': '最多', 'Asked before the first time': '第一次之前也判断',
};
