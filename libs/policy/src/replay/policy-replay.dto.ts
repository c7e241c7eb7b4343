import { Type } from 'class-transformer';
import { ArrayMaxSize } from 'class-validator';
import type { Environment } from '#libs/contracts';
import type { PolicyReplay } from './policy-replays.js';
import type { Regretted } from './replay-tally.js';

export class ReplayedCountDto {
  /** @example "default" */
  rule!: string | null;

  /** How often it would have archived @example 120 */
  archived!: number;

  /** How often of these the instance came back: it connected, or somebody restored it @example 9 */
  archivedCameBack!: number;

  /** @example 30 */
  purged!: number;

  /** What nobody could have brought back @example 1 */
  purgedCameBack!: number;
}

export class RegrettedStepDto {
  /** @example "ins_01h455vb4pex5vsknk084sn02q" */
  instanceId!: string;

  /** @example "default" */
  rule!: string | null;

  /** @example "archive" */
  action!: 'archive' | 'purge';

  /** When it would have been done @example "2026-10-01T10:00:00.000Z" */
  at!: string;

  /** When it connected or was restored afterwards @example "2026-10-09T10:00:00.000Z" */
  cameBackAt!: string;
}

export class PolicyReplayDto {
  /** @example 3 */
  version!: number;

  /** That of the key: it sees no other instances @example "live" */
  environment!: Environment;

  /** The version as if it had come into force then @example "2026-08-25T10:00:00.000Z" */
  from!: string;

  /** @example "2026-11-23T10:00:00.000Z" */
  to!: string;

  /** How many were gone through, those that are gone too @example 1000 */
  instances!: number;

  /** @example 120 */
  archived!: number;

  /** @example 9 */
  archivedCameBack!: number;

  /** @example 30 */
  purged!: number;

  /** @example 1 */
  purgedCameBack!: number;

  @ArrayMaxSize(101)
  @Type(() => ReplayedCountDto)
  byRule!: ReplayedCountDto[];

  /** At most 100 of what came back */
  @ArrayMaxSize(100)
  @Type(() => RegrettedStepDto)
  sample!: RegrettedStepDto[];

  /** Instances with so long a history that only its newest 1,000 entries were read @example 0 */
  cut!: number;

  /** Instances whose names and labels of then nobody can read any more, because their key is gone: taken for having none @example 0 */
  unreadable!: number;

  /** There are more instances than one replay goes through: the figures are of the oldest 20,000, or of the first million entries @example false */
  truncated!: boolean;
}

type Sum = Pick<PolicyReplayDto, 'archived' | 'archivedCameBack' | 'purged' | 'purgedCameBack'>;

export function toPolicyReplayDto(version: number, environment: Environment, { span, tally, cut, unreadable, truncated }: PolicyReplay): PolicyReplayDto {
  const sum = (what: keyof Sum) => tally.byRule.reduce((total, count) => total + count[what], 0);
  return {
    ...{ version, environment, from: iso(span.from), to: iso(span.to), instances: tally.instances },
    ...{ archived: sum('archived'), archivedCameBack: sum('archivedCameBack'), purged: sum('purged'), purgedCameBack: sum('purgedCameBack') },
    ...{ byRule: tally.byRule, sample: tally.regretted.map(toRegrettedDto), cut, unreadable, truncated },
  };
}

function toRegrettedDto({ instanceId, rule, action, at, cameBackAt }: Regretted): RegrettedStepDto {
  return { instanceId, rule, action, at: iso(at), cameBackAt: iso(cameBackAt!) };
}

const iso = (at: number): string => new Date(at).toISOString();
