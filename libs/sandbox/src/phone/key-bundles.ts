import { Injectable } from '@nestjs/common';
import type { TenantSql } from '#libs/contracts';
import { Curve, encodeBigEndian } from '../protocol/baileys.js';
import { stanza, type Stanza } from '../protocol/stanza.js';
import type { Device } from '../store/devices.repository.js';
import { PhoneKeysRepository } from '../store/phone-keys.repository.js';
import { PhonesRepository } from '../store/phones.repository.js';
import { type PreKey, PreKeysRepository } from '../store/pre-keys.repository.js';
import type { KeyBundle } from './signal-peer.js';

/** Pre-keys that a phone gave out and that were not used: older ones are forgotten. */
const MOST_UNUSED = 1_000;

/** Hands out what is needed to open a session: a linked device's uploaded pre-keys, a phone's made on the spot. Each goes out once. */
@Injectable()
export class KeyBundles {
  constructor(
    private readonly preKeys: PreKeysRepository,
    private readonly phones: PhonesRepository,
    private readonly phoneKeys: PhoneKeysRepository,
  ) {}

  async take(tx: TenantSql, device: Device): Promise<KeyBundle> {
    const preKey = device.device === 0 ? await this.issue(tx, device.number) : await this.preKeys.take(tx, device);
    return { keys: device, preKey };
  }

  private async issue(tx: TenantSql, number: string): Promise<PreKey> {
    const id = await this.phones.nextPreKey(tx, number);
    const pair = Curve.generateKeyPair();
    await this.phoneKeys.save(tx, number, [
      { type: 'pre-key', id: String(id), value: pair },
      { type: 'pre-key', id: String(id - MOST_UNUSED), value: null },
    ]);
    return { id, key: Buffer.from(pair.public) };
  }
}

const CURVE_25519 = Buffer.from([5]);

/** A bundle as stanzas, in the order in which WhatsApp has them; the registration id comes before them. */
export function bundleStanzas({ keys, preKey }: KeyBundle): Stanza[] {
  const signed = stanza('skey', {}, [
    stanza('id', {}, encodeBigEndian(keys.signedPreKey.id, 3)),
    stanza('value', {}, keys.signedPreKey.key),
    stanza('signature', {}, keys.signedPreKey.signature),
  ]);
  const oneTime = preKey && stanza('key', {}, [stanza('id', {}, encodeBigEndian(preKey.id, 3)), stanza('value', {}, preKey.key)]);
  return [stanza('type', {}, CURVE_25519), stanza('identity', {}, keys.identityKey), signed, ...(oneTime ? [oneTime] : [])];
}

export function registrationStanza({ registrationId }: KeyBundle['keys']): Stanza {
  return stanza('registration', {}, encodeBigEndian(registrationId));
}
