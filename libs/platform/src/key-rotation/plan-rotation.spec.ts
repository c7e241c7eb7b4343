import fc from 'fast-check';
import { planRotation, type RotationFacts, type RotationStep } from './plan-rotation.js';

const facts = (more: Partial<RotationFacts>): RotationFacts => ({ newest: 'b', current: 'a', former: [], mayMake: false, ...more });

describe('a rotation', () => {
  it.each<[string, Partial<RotationFacts>, RotationStep]>([
    ['goes to a key that the database does not know', {}, 'switch'],
    ['goes on where one was left', { current: 'b', former: [{ id: 'a', retired: false }] }, 'resume'],
    ['goes on before it makes another key', { current: 'b', former: [{ id: 'a', retired: false }], mayMake: true }, 'resume'],
    ['has nothing to do when the newest key is the current one', { current: 'b', former: [{ id: 'a', retired: true }] }, 'nothing'],
    ['makes a key where the file is its own', { current: 'b', former: [{ id: 'a', retired: true }], mayMake: true }, 'make'],
    ['makes none when a newer one is there already', { mayMake: true }, 'switch'],
    ['never goes back to a key that was replaced', { current: 'c', former: [{ id: 'b', retired: true }] }, 'backwards'],
    ['never goes back in the middle of another', { current: 'c', former: [{ id: 'b', retired: false }] }, 'backwards'],
  ])('%s', (_sentence, given, step) => {
    expect(planRotation(facts(given))).toBe(step);
  });

  it('asked again after each step, by processes that end anywhere, comes to one end: the newest key, and each former one replaced once', () => {
    const run = fc.record({ keys: fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 5 }), mayMake: fc.boolean(), kills: fc.array(fc.boolean(), { maxLength: 10 }) });
    fc.assert(
      fc.property(run, ({ keys, mayMake, kills }) => {
        let [current, ...given] = keys as [string, ...string[]];
        const former: { id: string; retired: boolean }[] = [];
        let made = 0;
        const file = () => given.at(-1) ?? current;
        for (const killed of [...kills, false]) {
          for (let n = 0; n < 5; n++) {
            const step = planRotation({ newest: file(), current, former, mayMake });
            if (step === 'make') given = [...given, `made ${made++}`];
            else if (step === 'switch') {
              former.push({ id: current, retired: false });
              current = file();
              if (killed) break;
            } else if (step === 'resume') {
              if (killed) break;
              for (const key of former) key.retired = true;
              break;
            } else if (step === 'nothing') break;
            else throw new Error('backwards');
          }
        }
        expect(current).toBe(file());
        expect(former.every(({ retired }) => retired)).toBe(true);
        expect(new Set(former.map(({ id }) => id)).size).toBe(former.length);
        expect(former.some(({ id }) => id === current)).toBe(false);
      }),
    );
  });
});
