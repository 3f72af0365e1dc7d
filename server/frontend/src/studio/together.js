// Several changes as one: one step for undo.
export class Together {
  static $inject = ['commandStack'];

  constructor(commandStack) {
    this.commandStack = commandStack;
    commandStack.register('kesu.together', { preExecute: (context) => { context.result = context.run(); } });
  }

  /** Runs `run`, whose changes of the diagram are undone together; gives what it gives. */
  do(run) {
    const context = { run };
    this.commandStack.execute('kesu.together', context);
    return context.result;
  }
}

export const togetherModule = { __init__: ['together'], together: ['type', Together] };
