/** Runs in which something was found. They mean something as long as the commands are drawn the same way: whoever adds one takes down what they found. */
export const CASES: readonly { what: string; seed: number; path: string }[] = [];
