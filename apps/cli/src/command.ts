/** What `tenure` can be asked for. What a person has to mend it throws as a `StartError`. */
export interface Command {
  /** one word or more */
  name: string;
  /** what it does, in a sentence */
  summary: string;
  /** what has to follow its name, in this order; what each is, in a word */
  operands?: string[];
  /** what it may be given, without the dashes, and what that does */
  flags?: Record<string, string>;
  /** the same for what is followed by a value */
  options?: Record<string, Option>;
  /** Gives the exit code where that is not 0. */
  run(flags: Set<string>, given: Given): Promise<number | void>;
}

export interface Option {
  /** what the value is, in a word */
  value: string;
  summary: string;
  required?: boolean;
}

/** Only what the command takes, and all that it needs. */
export interface Given {
  operands: string[];
  options: Record<string, string | undefined>;
}
