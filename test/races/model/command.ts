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
  /** the only one it is about: of those there are, the one with this number */
  only?: number;
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
    const { removes = false, only } = this.deed;
    await verify(model, real, { removes, place: only === undefined ? null : only % model.instances.length });
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

/** Several that are hardly ever drawn one after the other. The world is looked at after the last; what one of them may do, all may. */
export const inTurn = (...deeds: Deed[]): Deed => ({
  name: deeds.map(({ name }) => name).join(', '),
  removes: deeds.some(({ removes }) => removes),
  when: (model) => deeds.every(({ when }) => when?.(model) ?? true),
  act: async (real, model) => {
    for (const { act } of deeds) await act(real, model);
  },
});

/** A deed about one instance: of those there are, the one with this number. */
export function about(number: number, name: string, act: (real: Reality, model: Expectation, at: At) => Promise<unknown>, removes = false): Deed {
  return {
    name: `${name} ${number}`,
    removes,
    only: number,
    when: ({ instances }) => instances.length > 0,
    act: (real, model) => {
      const place = number % model.instances.length;
      return act(real, model, { place, told: model.instances[place]! });
    },
  };
}
