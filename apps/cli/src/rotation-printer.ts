import type { RotationListener } from '#libs/platform';
import { countOf, print } from './print.js';

const EVERY_MS = 1_000;

/** What a person sees of a rotation: a line for each thing that happens, and one a second for what goes on. */
export class RotationPrinter implements RotationListener {
  private count = 0;
  private said = '';
  private saidAt = performance.now();

  made(keyId: string): void {
    print(`A new master key, ${keyId}, is in the key file, before the others.`);
  }

  waiting(names: string[]): void {
    this.say(`Waiting for ${names.join(', ')} to have the new key.`);
  }

  switched(from: string, to: string): void {
    print(`New data keys go under ${to} from now on; those under ${from} are moved.`);
  }

  moved(count: number): void {
    this.count += count;
    if (performance.now() - this.saidAt < EVERY_MS) return;
    this.saidAt = performance.now();
    print(`  ${countOf(this.count, 'data key')} moved`);
  }

  passedOver(count: number): void {
    this.say(`  ${countOf(count, 'row')} in use by somebody else: looking again.`);
  }

  /** Once, as long as it stays the same. */
  private say(line: string): void {
    if (line !== this.said) print(line);
    this.said = line;
  }
}
