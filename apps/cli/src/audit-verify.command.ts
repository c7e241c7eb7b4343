import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { KnownKeys, NotReadable, NotVerified, verifyFile } from '#libs/audit';
import type { Command } from './command.js';
import { describeVerified } from './describe-verified.js';
import { print } from './print.js';

const DIFFERS = 1;
const NOT_READABLE = 2;

/** For an auditor, who has nothing of us but this program: no database, no network, no settings. */
export const auditVerify: Command = {
  name: 'audit verify',
  summary: 'checks an export or a certificate of the audit: exit 0 it verifies, 1 it does not, 2 it cannot be read',
  operands: ['file'],
  options: {
    key: { value: 'file', summary: 'the public keys that you trust, one a line: GET /v1/audit/keys', required: true },
    since: { value: 'file', summary: 'a checkpoint that you have from before: nothing that it is over may have changed' },
  },
  async run(_flags, { operands: [file], options: { key, since } }) {
    try {
      const keys = KnownKeys.parse(await readText(key!));
      const held = since === undefined ? null : await readText(since);
      for (const line of describeVerified(file!, await verifyFile(readFileOf(file!), keys, held))) print(line);
    } catch (error) {
      if (error instanceof NotVerified) return tell(`${file} does not verify: ${error.message}.`, DIFFERS);
      if (error instanceof NotReadable) return tell(`${file} cannot be judged: ${error.message}.`, NOT_READABLE);
      throw error;
    }
  },
};

function tell(line: string, code: number): number {
  process.stderr.write(`${line}\n`);
  return code;
}

async function* readFileOf(path: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path)) yield chunk as Uint8Array;
  } catch (error) {
    throw new NotReadable(`it cannot be read (${(error as Error).message})`);
  }
}

function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: Error) => {
    throw new NotReadable(`${path} cannot be read (${error.message})`);
  });
}
