/** One word after `tenure`. What a person has to mend it throws as a `StartError`. */
export interface Command {
  name: string;
  /** what it does, in a sentence */
  summary: string;
  run(): Promise<void>;
}
