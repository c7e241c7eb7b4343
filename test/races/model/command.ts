import type { AsyncCommand } from 'fast-check';
import { Problem } from '#libs/platform';
import type { Expectation, Reality, Told } from './expectation.js';
import { verify } from './verify.js';

/** One of the instances there are. */
export interface At {
  place: number;
  told: Told;
}

export interface Deed {
  name: string;
  /** whether it may end an instance; nothing else may */
  removes?: boolean;
  when?(model: Expectation): boolean;
  /** Refused, it has changed nothing: then the model is as it was. @throws Problem */
  act(real: Reality, model: Expectation): Promise<unknown>;
}

/** What people, sessions, the operator and time do, over the product's own services. */
export class Doing implements AsyncCommand<Expectation, Reality> {
  constructor(private readonly deed: Deed) {}

  check(model: Readonly<Expectation>): boolean {
    return this.deed.when?.(model) ?? true;
  }

  async run(model: Expectation, real: Reality): Promise<void> {
    const wasRefused = await this.deed.act(real, model).then(() => null, refusal);
    real.done.push(wasRefused === null ? this.deed.name : `${this.deed.name} (${wasRefused})`);
    await verify(model, real, this.deed.removes ?? false);
  }

  toString(): string {
    return this.deed.name;
  }
}

/** @throws what is no refusal */
function refusal(error: unknown): string {
  if (error instanceof Problem) return error.doc.code;
  throw error;
}

/** A deed about one instance: of those there are, the one with this number. */
export function about(number: number, name: string, act: (real: Reality, model: Expectation, at: At) => Promise<unknown>, removes = false): Deed {
  return {
    name: `${name} ${number}`,
    removes,
    when: ({ instances }) => instances.length > 0,
    act: (real, model) => {
      const place = number % model.instances.length;
      return act(real, model, { place, told: model.instances[place]! });
    },
  };
}
