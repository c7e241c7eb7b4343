import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

/** What became of one pair: in how many ways they met, and in how many of these it was removed. */
export interface PairTold {
  pair: string;
  ways: number;
  removed: number;
  seconds: number;
}

const PAIR = /^\| (.+) \| (\d+) \| (\d+) \| ([\d.]+) \|$/;

/** Adds a pair to what is told of the same commit: a campaign may be run pair by pair. */
export function writeRaces(file: string, seed: number, told: PairTold): void {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const before = toldBefore(file, commit).filter(({ pair }) => pair !== told.pair);
  fs.writeFileSync(file, render([...before, told], commit, seed));
}

function toldBefore(file: string, commit: string): PairTold[] {
  const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  if (!text.includes(`commit ${commit},`)) return [];
  return text.split('\n').flatMap((line) => {
    const [, pair, ways, removed, seconds] = PAIR.exec(line) ?? [];
    return pair ? [{ pair, ways: Number(ways), removed: Number(removed), seconds: Number(seconds) }] : [];
  });
}

function render(told: readonly PairTold[], commit: string, seed: number): string {
  const sum = (of: (one: PairTold) => number) => told.reduce((total, one) => total + of(one), 0);
  return [
    '# Every race of a removal',
    `${told.length} pairs met in all ${sum(({ ways }) => ways)} ways there are, in ${Math.round(sum(({ seconds }) => seconds))} s; commit ${commit}, seed ${seed} (nothing is drawn: every way is taken).`,
    'Again: `npm run campaign -- test/races/removals`. Written by test/races/removals.spec.ts, which also says what is asserted. Two orders are one way when they differ only in the turns of somebody who waits for a lock, or is done.',
    'Findings: none; a campaign that has one does not tell of that pair.',
    ['| a removal meets | ways | in which it was removed | seconds |', '|---|---:|---:|---:|', ...told.map(({ pair, ways, removed, seconds }) => `| ${pair} | ${ways} | ${removed} | ${seconds.toFixed(1)} |`)].join('\n'),
    '',
  ].join('\n\n');
}
