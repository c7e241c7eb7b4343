import { Type } from 'class-transformer';
import { IsString, MaxLength, ValidateIf } from 'class-validator';
import { IsRetentionDuration, PolicyActorDto } from '#libs/retention';
import type { Override } from './overrides.repository.js';

const MayBeNull = () => ValidateIf((_object, value) => value !== undefined && value !== null);

export class SetOverrideDto {
  /** Instead of the deciding rule's `archive.after`; absent or null: what the rule says @example "P60D" */
  @MayBeNull()
  @IsString()
  @MaxLength(40)
  @IsRetentionDuration()
  archiveAfter?: string | null;

  /** Instead of its `purge.after` @example "P365D" */
  @MayBeNull()
  @IsString()
  @MaxLength(40)
  @IsRetentionDuration()
  purgeAfter?: string | null;
}

export class OverrideDto {
  /** @example "P60D" */
  archiveAfter!: string | null;

  /** @example "P365D" */
  purgeAfter!: string | null;

  /** Whether it counts, too, where it is shorter than the rule: the key that set it has `retention:purge` @example false */
  mayShorten!: boolean;

  /** @example "2026-11-23T10:00:00.000Z" */
  setAt!: string;

  @Type(() => PolicyActorDto)
  setBy!: PolicyActorDto;
}

export const toOverrideDto = ({ setAt, ...override }: Override): OverrideDto => ({ ...override, setAt: setAt.toISOString() });
