import { formatVerifierKey, SigningKeys, SigningKeysRepository } from '#libs/audit';
import { verifyMasterKey } from '#libs/platform';
import type { Command } from './command.js';
import { openInstallation } from './open-installation.js';
import { print } from './print.js';

/** Each run makes one more key; those before it sign beside it for thirty days, and stay served for ever. */
export const auditKeysRotate: Command = {
  name: 'audit keys rotate',
  summary: 'makes a new key that signs checkpoints, while everything runs; for thirty days the former one signs, too',
  async run() {
    const { database, keyring, close } = await openInstallation();
    try {
      await verifyMasterKey(database, keyring);
      const key = await new SigningKeys(new SigningKeysRepository(database, keyring)).rotate();
      print('From now on checkpoints are signed with the key below, and for thirty days with the former one, too. Whoever checks them needs it:');
      print(formatVerifierKey(key));
    } finally {
      await close();
    }
  },
};
