import { createReadStream, existsSync } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { StartError } from '../start-error.js';

const NEWLINE = 10;

export interface NumberedLine {
  /** from 1 */
  n: number;
  text: string;
}

/** A file of lines outside the database, only appended to, by any number of processes, or written anew as a whole. For its owner alone. */
export class LineFile {
  constructor(
    readonly path: string,
    /** what it is, for whoever cannot use it, and the setting that names it */
    private readonly what: { name: string; setting: string },
  ) {}

  get exists(): boolean {
    return existsSync(this.path);
  }

  /** Returns when they are on the disk; none makes the file. Each has its newline. @throws StartError where that cannot be written */
  async append(lines: readonly string[]): Promise<void> {
    const file = await this.open(this.path, 'a+');
    try {
      const cutOff = await endsInTheMiddle(file);
      await file.appendFile((cutOff ? '\n' : '') + lines.join(''));
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** Without their newlines; none where there is no file. @throws StartError where it cannot be read */
  async *lines(): AsyncGenerator<NumberedLine> {
    if (!this.exists) return;
    await (await this.open(this.path, 'r')).close();
    let n = 0;
    for await (const text of createInterface({ input: createReadStream(this.path), crlfDelay: Infinity })) yield { n: ++n, text };
  }

  /** These and no others, all at once or not at all. Nobody may append meanwhile. */
  async replace(lines: Iterable<string>): Promise<void> {
    const beside = `${this.path}.new`;
    const file = await this.open(beside, 'w');
    try {
      for (const line of lines) await file.appendFile(line);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, this.path);
    await syncFolder(path.dirname(this.path));
  }

  private async open(at: string, flags: 'a+' | 'r' | 'w'): Promise<FileHandle> {
    try {
      return await open(at, flags, 0o600);
    } catch (cause) {
      const { name, setting } = this.what;
      throw new StartError(`${name} cannot be used (${(cause as Error).message})`, `Make its folder and give this user access to it, or set ${setting} to another place`, { cause });
    }
  }
}

/** A process died while it wrote: what follows gets a line of its own. */
async function endsInTheMiddle(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== NEWLINE;
}

/** The new name of a file is as durable as its folder. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
