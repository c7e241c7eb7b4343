import { setTimeout as sleep } from 'node:timers/promises';
import type { InstanceId } from '#libs/contracts';
import type { Keyring } from '../crypto/keyring.js';
import { closeMasterKeyGate, enterMasterKeyGate } from '../crypto/master-key-gate.js';
import { type MasterKeyState, readMasterKeyState, replaceCurrentKey, retireFormerKeys } from '../crypto/master-key-state.js';
import type { Database } from '../database/database.js';
import type { PlatformTx } from '../database/tenant-tx.js';
import { StartError } from '../start-error.js';
import { readKeyHolders } from './key-holders.repository.js';
import { planRotation, type RotationStep } from './plan-rotation.js';
import { overtaken, Rewrapping } from './rewrapping.js';
import { rewrapSigningKeys } from './signing-keys-rewrapping.js';
import { WrappedKeysRepository } from './wrapped-keys.repository.js';

export interface RotationOptions {
  /** whether the file with the keys is this installation's own, so that a new key may be put into it */
  mayMake: boolean;
  /** begin although a process that is there lacks the new key */
  anyway: boolean;
}

/** What somebody who waits wants to hear. */
export interface RotationListener {
  made(keyId: string): void;
  /** these processes do not have the new key yet */
  waiting(names: string[]): void;
  switched(from: string, to: string): void;
  moved(count: number): void;
  /** rows that somebody else is changing at this moment */
  passedOver(count: number): void;
}

export interface RotationEnd {
  keyId: string;
  moved: number;
  unreadable: Map<InstanceId, string>;
}

/** A process that reads its keys from a file does so every five seconds; one that has died counts as gone after thirty. */
const HOLDERS_MS = 45_000;
const LOOK_AGAIN_MS = 500;
const PASSED_OVER_MS = 200;

/** From one master key to the next, while everything runs. Killed at any point it leaves every row readable, and is taken up where it was left. */
export class KeyRotation {
  private readonly rewrapping: Rewrapping;

  constructor(
    private readonly database: Database,
    private readonly keyring: Keyring,
    private readonly listener: RotationListener,
  ) {
    this.rewrapping = new Rewrapping(database, new WrappedKeysRepository(database), keyring);
  }

  /** Makes the newest key the current one unless it is already. @throws StartError; then nothing was changed */
  async begin(options: RotationOptions): Promise<'begun' | 'resumed' | 'nothing'> {
    for (const deadline = performance.now() + HOLDERS_MS; ; await sleep(LOOK_AGAIN_MS)) {
      const { step, from, lacking } = await this.step(options);
      if (step === 'resume' || step === 'nothing') return step === 'resume' ? 'resumed' : 'nothing';
      if (step === 'backwards') throw backwards(this.keyring.newest.id, from);
      if (step === 'make') this.listener.made(this.keyring.newest.id);
      else if (lacking.length === 0) return this.switched(from);
      else if (performance.now() > deadline) throw notGivenTo(lacking, this.keyring.newest.id);
      else this.listener.waiting(lacking);
    }
  }

  /** Moves every data key, and what signs checkpoints, to the newest master key. @throws StartError when another rotation has begun meanwhile */
  async complete(): Promise<RotationEnd> {
    const target = this.keyring.newest;
    for (let moved = 0; ; await sleep(PASSED_OVER_MS)) {
      const walk = await this.rewrapping.walk(target, (count) => this.listener.moved(count));
      moved += walk.moved;
      const end = { keyId: target.id, moved, unreadable: walk.unreadable };
      if (walk.passedOver > 0) this.listener.passedOver(walk.passedOver);
      else if (walk.unreadable.size > 0 || (await this.retire(target.id))) return end;
    }
  }

  /** One step under the closed gate: nobody begins another rotation, wraps a key or starts meanwhile. */
  private step({ mayMake, anyway }: RotationOptions): Promise<{ step: RotationStep; from: string; lacking: string[] }> {
    return this.database.acrossTenants('the master key is of all tenants', async (tx) => {
      await closeMasterKeyGate(tx);
      this.keyring.refresh();
      const state = await readMasterKeyState(tx);
      const from = currentIdOf(state);
      const { newest } = this.keyring;
      const former = state.former.map(({ id, retiredAt }) => ({ id, retired: retiredAt !== null }));
      const step = planRotation({ newest: newest.id, current: from, former, mayMake: mayMake && this.keyring.file !== undefined });
      if (step === 'make') this.keyring.makeNewest();
      const lacking = step === 'switch' && !anyway ? await holdersWithout(tx, newest.id) : [];
      if (step === 'switch' && lacking.length === 0) await replaceCurrentKey(tx, from, newest);
      return { step, from, lacking };
    });
  }

  private switched(from: string): 'begun' {
    const to = this.keyring.use(this.keyring.newest.id);
    this.listener.switched(from, to.id);
    return 'begun';
  }

  /** What is left of no instance, and the end. False when there is a row under another key after all. */
  private retire(keyId: string): Promise<boolean> {
    return this.database.acrossTenants('the master key is of all tenants', async (tx) => {
      await enterMasterKeyGate(tx);
      const current = currentIdOf(await readMasterKeyState(tx));
      if (current !== keyId) throw overtaken(current);
      await rewrapSigningKeys(tx, this.keyring, this.keyring.require(keyId, 'It is'));
      const others = await tx.query<unknown[]>`SELECT 1 FROM instance_payload WHERE master_key_id <> ${keyId} LIMIT 1`;
      if (others.length === 0) await retireFormerKeys(tx);
      return others.length === 0;
    });
  }
}

function currentIdOf({ currentId }: MasterKeyState): string {
  if (currentId === null) throw new Error('The master key of this database has not been verified');
  return currentId;
}

async function holdersWithout(tx: PlatformTx, keyId: string): Promise<string[]> {
  return (await readKeyHolders(tx)).filter(({ keyIds }) => !keyIds.includes(keyId)).map(({ name }) => name);
}

const backwards = (newest: string, current: string): StartError =>
  new StartError(`The first key, ${newest}, was replaced before; the current one is ${current}.`, 'Put the newest key first, or a new one: nothing moves back to a former key.');

const notGivenTo = (names: string[], keyId: string): StartError =>
  new StartError(
    `The new key ${keyId} is not known to ${names.join(', ')}; nothing was changed.`,
    'Give it to every process, start those again whose keys are not in a file, and run this again; --anyway begins without them.',
  );
