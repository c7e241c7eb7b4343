import { Injectable } from '@nestjs/common';
import { type TenantSql, uuidOf } from '#libs/contracts';

/** What became of numbered texts: `<label>#1`, `<label>#2` and so on. Each number counts once, but for `doubled`. */
export interface Tally {
  /** shown as sent on some phone */
  sent: number;
  /** of them, those that some linked device has not receipted yet */
  waiting: number;
  /** shown as received on some phone */
  received: number;
  /** received by a phone that had received it before */
  doubled: number;
  /** the largest number sent or received; 0 when there is none */
  highest: number;
  /** numbers up to the highest that no phone shows as received; the first hundred */
  missing: number[];
}

const MOST_MISSING = 100;

/** Counts what the phones of a tenant show, so it is as durable as they are, and as bounded: the last thousand messages of each. */
@Injectable()
export class TallyRepository {
  /** `label`: letters, digits, - and _ only. */
  async of(tx: TenantSql, label: string): Promise<Tally> {
    const [row] = await tx.query<[Tally]>`
      WITH texts AS MATERIALIZED (
        SELECT number, id, direction, substring(text FROM ${label.length + 2}::int)::bigint AS n FROM sandbox.messages
        WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND text ~ ${`^${label}#[0-9]{1,9}$`}),
      received AS (SELECT n, number, count(*) AS times FROM texts WHERE direction = 'in' GROUP BY n, number),
      highest AS (SELECT coalesce(max(n), 0) AS n FROM texts)
      SELECT
        (SELECT count(DISTINCT n) FROM texts WHERE direction = 'out')::int AS sent,
        (SELECT count(DISTINCT n) FROM texts WHERE direction = 'out' AND EXISTS (
          SELECT 1 FROM sandbox.stanzas s
          WHERE s.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND s.device > 0 AND s.answer = 'message|' || texts.id))::int AS waiting,
        (SELECT count(DISTINCT n) FROM received)::int AS received,
        (SELECT coalesce(sum(times - 1), 0) FROM received)::int AS doubled,
        (SELECT n FROM highest)::int AS highest,
        ARRAY(
          SELECT place FROM generate_series(1, (SELECT n FROM highest)) AS place
          WHERE NOT EXISTS (SELECT 1 FROM received WHERE received.n = place) ORDER BY place LIMIT ${MOST_MISSING})::int[] AS missing`;
    return row;
  }
}
