import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { type Account, type DeviceAddress, lidJid, numberJid } from '../protocol/addresses.js';
import { newStanzaId, stanza, type Stanza, unixTime } from '../protocol/stanza.js';
import type { Connection } from './connection.js';
import { Switchboard } from './switchboard.js';

export type CallOutcome = 'rejected' | 'unanswered';

export interface Call {
  id: string;
  caller: Account;
  video: boolean;
}

/** Calls that ring now. Nothing of them is stored: a device that is away never hears of one, and nobody can take one. */
@Injectable()
export class Calls {
  private readonly ringing = new Map<string, (outcome: CallOutcome) => void>();

  constructor(private readonly switchboard: Switchboard) {}

  /** At every device that is connected, until one rejects it or the caller gives up. */
  async ring(tenantId: TenantId, call: Call, devices: DeviceAddress[], seconds: number): Promise<CallOutcome> {
    const lines = devices.map((device) => this.switchboard.of(tenantId, device)).filter((line) => line !== undefined);
    if (lines.length === 0) return 'unanswered';
    const outcome = await this.wait(keyOf(tenantId, call.id), seconds, () => tell(lines, call, offerOf(call)));
    tell(lines, call, stanza('terminate', { ...signs(call), ...(outcome === 'unanswered' && { reason: 'timeout' }) }));
    return outcome;
  }

  /** A device does not want it. */
  reject(tenantId: TenantId, callId: string): void {
    this.ringing.get(keyOf(tenantId, callId))?.('rejected');
  }

  private wait(key: string, seconds: number, begin: () => void): Promise<CallOutcome> {
    const end = new Promise<CallOutcome>((resolve) => {
      this.ringing.set(key, resolve);
      setTimeout(() => resolve('unanswered'), seconds * 1000).unref();
    });
    begin();
    return end.finally(() => this.ringing.delete(key));
  }
}

const keyOf = (tenantId: TenantId, callId: string): string => `${tenantId}/${callId}`;

/** By the LID, as WhatsApp does since it hides numbers. */
const signs = ({ id, caller }: Call) => ({ 'call-id': id, 'call-creator': lidJid(caller) });

function offerOf(call: Call): Stanza {
  const audio = stanza('audio', { enc: 'opus', rate: 16_000 });
  return stanza('offer', { ...signs(call), caller_pn: numberJid(call.caller) }, call.video ? [audio, stanza('video', { enc: 'vp8' })] : [audio]);
}

function tell(lines: Connection[], { caller }: Call, content: Stanza): void {
  const node = stanza('call', { from: lidJid(caller), id: newStanzaId('C'), t: unixTime() }, [content]);
  for (const line of lines) line.send(node);
}
