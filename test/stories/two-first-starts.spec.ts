import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const BUILT = pathToFileURL(path.resolve(import.meta.dirname, '../../dist/libs/platform/src/crypto/load-keyring.js')).href;
const ROUNDS = 5;
const START_MS = 1_000;

/** Loads the key of `folder` in a process of its own, at the instant `at` and not before; gives the key's id. */
async function idOfKeyLoadedBy(folder: string, at: number): Promise<string> {
  const code = `const { loadKeyring } = await import('${BUILT}'); while (Date.now() < ${at}); console.log(loadKeyring({}, process.argv[1]).newest.id);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(child, 'close');
  return said.trim();
}

describe('two first starts on one data folder', () => {
  it('work with one master key: what either seals, the file opens later', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-key-'));
      const at = Date.now() + START_MS;
      const [one, other] = await Promise.all([idOfKeyLoadedBy(folder, at), idOfKeyLoadedBy(folder, at)]);
      expect(one).toMatch(/^[0-9a-f]{16}$/);
      expect([other, await idOfKeyLoadedBy(folder, 0), fs.readdirSync(folder)]).toEqual([one, one, ['master.key']]);
      fs.rmSync(folder, { recursive: true });
    }
  }, 60_000);
});
