import { Injectable } from '@nestjs/common';
import { type Environment, idFrom, type KeyId, uuidOf } from '#libs/contracts';
import { Database } from '../database/database.js';
import { shutPlatformGate } from '../instances/platform-gate.js';

export interface KillSwitch {
  on: boolean;
  since: Date | null;
  /** the operator key that set it last */
  setBy: KeyId | null;
  reason: string | null;
}

export interface PlatformState {
  killSwitch: KillSwitch;
  clock: PlatformClock;
}

export interface PlatformClock {
  now: Date;
  offsetMs: number;
  mark: Date | null;
  /** null: it is trusted, as far as that goes */
  quarantinedUntil: Date | null;
  quarantineReason: string | null;
  /** where instances that should run have not all tried to connect yet */
  awaits: Environment[];
  acknowledgedAt: Date | null;
  /** the operator key that acknowledged it last */
  acknowledgedBy: KeyId | null;
}

interface StateRow {
  kill_switch: boolean;
  kill_switch_since: Date | null;
  kill_switch_by: string | null;
  kill_switch_reason: string | null;
  now: Date;
  clock_offset_ms: bigint;
  clock_mark: Date | null;
  clock_quarantined_until: Date | null;
  clock_quarantine_reason: string | null;
  clock_awaits: Environment[];
  clock_acknowledged_at: Date | null;
  clock_acknowledged_by: string | null;
}

/** The one row of the whole installation. */
@Injectable()
export class PlatformStateRepository {
  constructor(private readonly database: Database) {}

  async read(): Promise<PlatformState> {
    const [row] = await this.database.acrossTenants('the platform row is of no tenant', (tx) => tx.query<StateRow[]>`
      SELECT kill_switch, kill_switch_since, kill_switch_by, kill_switch_reason, tenure_now() AS now, clock_offset_ms, clock_mark,
             clock_awaits, clock_acknowledged_at, clock_acknowledged_by,
             CASE WHEN clock_quarantined_until > tenure_now() THEN clock_quarantined_until END AS clock_quarantined_until,
             CASE WHEN clock_quarantined_until > tenure_now() OR clock_awaits <> '{}' THEN clock_quarantine_reason END AS clock_quarantine_reason
      FROM platform_state`);
    return toState(row!);
  }

  /** Waits until nothing is being removed: what was removed before did not see it, what comes later does. False when it was set already. */
  setKillSwitch(on: boolean, by: KeyId, reason: string | null): Promise<boolean> {
    return this.database.acrossTenants('the platform row is of no tenant', async (tx) => {
      await shutPlatformGate(tx);
      const changed = await tx.execute`
        UPDATE platform_state SET kill_switch = ${on}, kill_switch_since = tenure_now(), kill_switch_by = ${uuidOf(by)}::uuid, kill_switch_reason = ${reason}
        WHERE kill_switch <> ${on}`;
      return changed > 0;
    });
  }

  /** It is right as it is now, also where it is behind what was seen. False when it was trusted already. */
  async acknowledgeClock(by: KeyId): Promise<boolean> {
    const changed = await this.database.acrossTenants('the platform row is of no tenant', (tx) => tx.execute`
      UPDATE platform_state SET clock_quarantined_until = NULL, clock_quarantine_reason = NULL, clock_awaits = '{}', clock_awaits_since = NULL,
        clock_mark = tenure_now(), clock_acknowledged_at = tenure_now(), clock_acknowledged_by = ${uuidOf(by)}::uuid
      WHERE tenure_quarantined_environments() <> '{}'`);
    return changed > 0;
  }
}

function toState(row: StateRow): PlatformState {
  return {
    killSwitch: { on: row.kill_switch, since: row.kill_switch_since, setBy: keyOf(row.kill_switch_by), reason: row.kill_switch_reason },
    clock: {
      now: row.now,
      offsetMs: Number(row.clock_offset_ms),
      mark: row.clock_mark,
      quarantinedUntil: row.clock_quarantined_until,
      quarantineReason: row.clock_quarantine_reason,
      awaits: row.clock_awaits,
      acknowledgedAt: row.clock_acknowledged_at,
      acknowledgedBy: keyOf(row.clock_acknowledged_by),
    },
  };
}

const keyOf = (uuid: string | null): KeyId | null => (uuid === null ? null : idFrom('key', uuid));
