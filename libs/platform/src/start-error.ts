/**
 * The process cannot start, and a person can do something about it.
 * The message is one line, what is wrong and then the fix, fit to be printed without a stack.
 */
export class StartError extends Error {
  constructor(
    readonly problem: string,
    readonly fix: string,
    options?: ErrorOptions,
  ) {
    super(oneLine(`${sentence(problem)} ${sentence(fix)}`), options);
    this.name = 'StartError';
  }
}

const sentence = (text: string): string => (/[.!?;]$/.test(text) ? text : `${text}.`);

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
