import { ApiProperty } from '@nestjs/swagger';
import type { Environment, InstanceId } from '#libs/contracts';
import type { KeptCertificate } from './certificates.repository.js';

export class CertificateDto {
  /** @example "crt_01h455vb4pex5vsknk084sn02q" */
  id!: string;

  /** @example "pur_01h455vb4pex5vsknk084sn02q" */
  purgeId!: string;

  /** @example "ins_01h455vb4pex5vsknk084sn02q" */
  instanceId!: InstanceId;

  /** @example "live" */
  environment!: Environment;

  /** What was decided in the transaction of the removal, and what came of a logout @example { "action": "purge", "rule": "logged-out", "dueAt": "2026-11-23T10:00:00.000Z", "losers": [], "cycle": 1, "logout": "not_asked" } */
  @ApiProperty({ type: 'object', additionalProperties: true })
  decision!: object;

  /** When its keys died: whatever was sealed by them is unreadable since. A backup made before holds them until it expires @example "2026-11-23T10:00:00.000Z" */
  keysDestroyedAt!: string;

  /** When the last of its rows was gone; null: they are being erased @example "2026-11-23T10:00:02.000Z" */
  rowsErasedAt!: string | null;

  /** Rows that were erased, by table @example { "messages": 412, "wa_signal_keys": 830 } */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' } })
  rowsErased!: Record<string, number>;
}

export function toCertificateDto({ keysDestroyedAt, rowsErasedAt, ...certificate }: KeptCertificate): CertificateDto {
  return { ...certificate, keysDestroyedAt: keysDestroyedAt.toISOString(), rowsErasedAt: rowsErasedAt?.toISOString() ?? null };
}
