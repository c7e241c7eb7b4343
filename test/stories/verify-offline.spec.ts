import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { MemoryLog } from '../../libs/audit/test/memory-log.js';
import { runBuilt } from '../setup/built-process.js';

describe('an auditor with nothing but a file, the public keys and this program', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-auditor-'));
  const log = new MemoryLog(130);
  const put = (name: string, text: string): string => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, text);
    return file;
  };
  let whole: string;
  let keys: string;

  beforeAll(async () => {
    whole = put('export.ndjson', await log.export());
    keys = put('keys.txt', log.publicKeys);
  });
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  /** No database is named, and none could be reached. */
  const verify = (...words: string[]) => runBuilt('cli', ['audit', 'verify', ...words], { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' });

  it('is told that it verifies, and what that is worth', async () => {
    const { code, stdout, stderr } = await verify(whole, '--key', keys, '--since', put('held.note', log.signed[1]!.note));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`${whole} verifies.\n`);
    expect(stdout).toContain(`entries 1 to 130 of the log ${log.origin}`);
    expect(stdout).toContain('130 entries shown, none is left out; 4 checkpoints signed by a key you gave');
    expect(stdout).toContain('16 entries with personal data that is not checkable');
  });

  it('is told where it does not', async () => {
    const lines = (await log.export()).split('\n');
    const without = put('without.ndjson', lines.filter((line) => !line.includes('"position":57,')).join('\n'));
    expect(await verify(without, '--key', keys)).toEqual({ code: 1, stdout: '', stderr: `${without} does not verify: entry 57 is missing: entry 58 follows entry 56.\n` });
  });

  it('is told what could not be read', async () => {
    const nowhere = path.join(folder, 'nowhere');
    expect(await verify(nowhere, '--key', keys)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/nowhere cannot be judged: it cannot be read \(ENOENT.*\)\.\n$/) });
  });
});
