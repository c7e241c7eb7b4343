import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { Database } from '#libs/platform';
import type { PhoneCredentials } from '../phone/credentials.js';
import type { DeviceAddress } from '../protocol/addresses.js';
import { advSecretOf, unwrapUnderCode, wrapUnderCode } from '../protocol/pairing-code.js';
import { newStanzaId, SERVER, stanza, type Stanza, unixTime } from '../protocol/stanza.js';
import { type KeyPair, newKeyPair } from '../protocol/x25519.js';
import { NoPairingCode, PairingUnanswered, PhoneNotFound, WrongCode } from '../sandbox.errors.js';
import { PhonesRepository } from '../store/phones.repository.js';
import type { Connection } from './connection.js';
import { type Candidate, Pairing } from './pairing.js';

/** What the client sends once it has the phone's key. */
export interface CompanionFinish {
  companionIdentity: Buffer;
  keyBundle: Buffer;
}

interface Request {
  candidate: Candidate;
  number: string;
  /** the client's ephemeral key under the code that it shows */
  wrapped: Buffer;
  finish?: (finish: CompanionFinish | null) => void;
}

const PATIENCE_MS = 10_000;

/** Clients that show a pairing code, and phones on which somebody types it. In memory: a request lives as long as its connection. */
@Injectable()
export class PairingByCode {
  private readonly requests = new Map<Connection, Request>();

  constructor(
    private readonly pairing: Pairing,
    private readonly database: Database,
    private readonly phones: PhonesRepository,
  ) {}

  /** A client asks to be linked to a number. A second request of the same client replaces its first. */
  request(candidate: Candidate, number: string, wrapped: Buffer): void {
    this.requests.set(candidate.connection, { candidate, number, wrapped });
  }

  /** The client's answer to the phone's key. */
  finish(connection: Connection, finish: CompanionFinish): void {
    this.requests.get(connection)?.finish?.(finish);
  }

  withdraw(connection: Connection): void {
    this.requests.get(connection)?.finish?.(null);
    this.requests.delete(connection);
  }

  /** Somebody types a code. @throws PhoneNotFound, NoPairingCode, WrongCode, PairingUnanswered and what `Pairing.link` throws */
  async enter(tenantId: TenantId, number: string, code: string): Promise<DeviceAddress> {
    const phone = await this.database.forTenant(tenantId, (tx) => this.phones.open(tx, number));
    if (!phone) throw new PhoneNotFound();
    const { credentials } = phone;
    const request = this.waitingFor(tenantId, number);
    const phoneEphemeral = newKeyPair();
    const hello = primaryHello(await wrapUnderCode(code, phoneEphemeral.public), credentials);
    const finish = await this.exchange(request, hello);
    const advSecret = await secretOf(request, code, phoneEphemeral, credentials, finish);
    return this.pairing.link(request.candidate, { number, identityKey: finish.companionIdentity, advSecret });
  }

  /** The newest request wins: the older ones are other instances' that gave up. */
  private waitingFor(tenantId: TenantId, number: string): Request {
    const waiting = [...this.requests.values()].filter(({ candidate: { connection }, number: asked, finish }) => {
      return connection.tenantId === tenantId && connection.isOpen && asked === number && !finish;
    });
    const newest = waiting.at(-1);
    if (!newest) throw new NoPairingCode();
    return newest;
  }

  private async exchange(request: Request, hello: Stanza): Promise<CompanionFinish> {
    const finish = await new Promise<CompanionFinish | null>((resolve) => {
      const timer = setTimeout(() => resolve(null), PATIENCE_MS).unref();
      request.finish = (answer) => {
        clearTimeout(timer);
        resolve(answer);
      };
      request.candidate.connection.send(hello);
    });
    request.finish = undefined;
    if (!finish) throw new PairingUnanswered();
    return finish;
  }
}

async function secretOf({ wrapped }: Request, code: string, phoneEphemeral: KeyPair, credentials: PhoneCredentials, finish: CompanionFinish) {
  const companionEphemeral = await unwrapUnderCode(code, wrapped);
  try {
    return advSecretOf({ phoneEphemeral, phoneIdentityPrivate: credentials.signedIdentityKey.private, companionEphemeral, ...finish });
  } catch {
    throw new WrongCode();
  }
}

function primaryHello(wrapped: Buffer, { signedIdentityKey }: PhoneCredentials): Stanza {
  const type = 'link_code_companion_reg';
  return stanza('notification', { from: SERVER, type, id: newStanzaId('N'), t: unixTime() }, [
    stanza(type, { stage: 'primary_hello' }, [
      stanza('link_code_pairing_ref', {}, Buffer.from(newStanzaId('R'))),
      stanza('link_code_pairing_wrapped_primary_ephemeral_pub', {}, wrapped),
      stanza('primary_identity_pub', {}, signedIdentityKey.public),
    ]),
  ]);
}
