/** What `tenure` can be asked for. What a person has to mend it throws as a `StartError`. */
export interface Command {
  /** one word or two */
  name: string;
  /** what it does, in a sentence */
  summary: string;
  /** what it may be given, without the dashes, and what that does */
  flags?: Record<string, string>;
  run(flags: Set<string>): Promise<void>;
}
