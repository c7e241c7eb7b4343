import { KeyRotation, type Keyring, type RotationEnd, StartError, verifyMasterKey } from '#libs/platform';
import type { Command } from './command.js';
import { type Installation, openInstallation } from './open-installation.js';
import { countOf, print } from './print.js';
import { RotationPrinter } from './rotation-printer.js';

/** Safe to run twice, from several machines at once, and to kill at any point: run again, it goes on where it was. */
export const keysRotate: Command = {
  name: 'keys rotate',
  summary: 'moves every data key to the newest master key, while everything runs',
  flags: { anyway: 'begins although a process that is there lacks the new key: until it has it, it keeps nothing that it receives' },
  async run(flags) {
    const installation = await openInstallation();
    try {
      await rotate(installation, flags.has('anyway'));
    } finally {
      await installation.close();
    }
  },
};

async function rotate({ database, keyring, ownKeys }: Installation, anyway: boolean): Promise<void> {
  await verifyMasterKey(database, keyring);
  const rotation = new KeyRotation(database, keyring, new RotationPrinter());
  const begun = await rotation.begin({ mayMake: ownKeys, anyway });
  const end = await rotation.complete();
  if (end.unreadable.size > 0) throw notFinished(end);
  if (begun === 'nothing' && end.moved === 0) return print(`Nothing to do: every data key is under ${end.keyId}, the newest key that was given. A new one goes before it.`);
  print(`Done: ${countOf(end.moved, 'data key')} moved, and none is left under another master key than ${end.keyId}.`);
  for (const line of advice(keyring)) print(line);
}

function notFinished({ moved, unreadable }: RotationEnd): StartError {
  const some = [...unreadable].slice(0, 5).map(([id, why]) => `${id}: ${why}`);
  return new StartError(
    `${countOf(moved, 'data key')} moved; ${countOf(unreadable.size, 'row')} stayed as they were (${some.join('; ')})`,
    'Give the missing key behind the new one and run this again; keep the old keys until then',
  );
}

function advice({ file }: Keyring): string[] {
  const where = file ? `Keep a copy of ${file.path} now` : 'Keep a copy of the new key now';
  return [`${where}: backups made from here on open with the new key, those made before with the old one.`, 'tenure keys status says when the old key can be dropped.'];
}
