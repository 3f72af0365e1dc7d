// On a desk there is room: what a phone folds away stands open there from the beginning.
if (matchMedia('(min-width: 1100px)').matches) {
  for (const fold of document.querySelectorAll('details[data-open-wide]')) fold.open = true;
}
