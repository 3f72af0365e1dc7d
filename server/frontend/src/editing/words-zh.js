// Chinese for what the editors of tables, forms and texts have in common.
export default {
  'The check gives no answer: {reason}': '检查没有回答：{reason}',
  'Findings: {count}, of these errors: {errors}': '发现 {count} 处，其中错误 {errors} 处',
  'Nothing to object to in this file.': '此文件没有问题。',
  'In other files of the draft: {count}': '草稿的其他文件中：{count} 处',
  'Error': '错误',
  'Warning': '警告',
  'Hint': '提示',
  'Undo': '撤销',
  'Redo': '重做',
  'This file cannot be opened here: {reason}': '此文件无法在这里打开：{reason}',
  'Open it as a text': '以文本方式打开',
  'Please choose': '请选择',
  'Yes': '是',
  'No': '否',
  'not filled': '未填',
};
