import { IsOptional, IsString, MaxLength } from 'class-validator';
import { IsInstant, OptionalWholeNumber } from '#libs/platform';

export class ExportQuery {
  /** Only what happened then or later @example "2026-11-01T00:00:00Z" */
  @IsOptional()
  @IsInstant()
  from?: string;

  /** Only what happened before @example "2026-12-01T00:00:00Z" */
  @IsOptional()
  @IsInstant()
  until?: string;

  /** Only these kinds of events, separated by commas @example "instance.purged,instance.erased" */
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  types?: string;

  /** Only those of this instance @example "ins_01h455vb4pex5vsknk084sn02q" */
  @IsOptional()
  @IsString()
  @MaxLength(40)
  instanceId?: string;

  /** The size of a checkpoint that you hold and want to compare it with @example 1200 */
  @OptionalWholeNumber(1)
  since?: number;
}

export const exportExample = [
  '{"kind":"tenure-audit/v1","origin":"tenure/0011aabb/ten_01h455vb4pex5vsknk084sn02q/1","tenantId":"ten_01h455vb4pex5vsknk084sn02q","environment":"live","filter":{"from":null,"until":null,"types":["instance.purged"],"instanceId":null},"size":57}',
  '{"kind":"gap","from":1,"to":56,"hashes":[[5,"..."],[4,"..."],[3,"..."]]}',
  '{"kind":"entry","position":57,"leaf":"...","canonical":"..."}',
  '{"kind":"checkpoint","note":"..."}',
  '{"kind":"seal","note":"..."}',
  '',
].join('\n');
