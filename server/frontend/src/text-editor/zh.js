// Chinese for the editor of plain files.
export default {
  'Page {number}': '第 {number} 页',
};
