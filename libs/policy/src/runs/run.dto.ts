import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import type { Environment } from '#libs/contracts';
import { PolicyActorDto } from '#libs/retention';
import type { OverLimit } from './plan-run.js';
import type { Run, RunStatus, RunTally } from './runs.repository.js';

export class RunDto {
  /** @example "run_01h455vb4pex5vsknk084sn02q" */
  id!: string;

  /** @example "live" */
  environment!: Environment;

  /** The version of the rules it began under; each removal is decided by the one in force @example 3 */
  policyVersion!: number;

  /** blocked: it is over a limit, removes nothing and waits to be released or cancelled @example "finished" */
  status!: RunStatus;

  /** How many instances were due together @example 12 */
  due!: number;

  /** The limit it is over @example null */
  overLimit!: OverLimit | null;

  /** Once released, so many go a minute @example 12 */
  slice!: number;

  /** @example "2026-11-23T10:00:00.000Z" */
  startedAt!: string;

  /** @example "2026-11-23T10:00:01.000Z" */
  endedAt!: string | null;

  /** Who released or cancelled it */
  @Type(() => PolicyActorDto)
  decidedBy!: PolicyActorDto | null;
}

export class RunWithTallyDto extends RunDto {
  /** How many were removed @example 11 */
  purged!: number;

  /** How many were not, because something had come in between @example 1 */
  refused!: number;

  /** What that was, and how often @example { "hold": 1 } */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' } })
  reasons!: Record<string, number>;
}

export class RunPageDto {
  data!: RunDto[];

  /** @example null */
  nextCursor!: string | null;
}

export function toRunDto({ startedAt, endedAt, ...run }: Run): RunDto {
  return { ...run, startedAt: startedAt.toISOString(), endedAt: endedAt?.toISOString() ?? null };
}

export const toRunWithTallyDto = (run: Run, tally: RunTally): RunWithTallyDto => ({ ...toRunDto(run), ...tally });
