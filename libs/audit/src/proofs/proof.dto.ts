import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize } from 'class-validator';
import { OptionalWholeNumber } from '#libs/platform';

export class ProofQuery {
  /** Of inclusion: of the entry at this position @example 57 */
  @OptionalWholeNumber(1)
  position?: number;

  /** The checkpoint of this size; the newest when absent @example 1200 */
  @OptionalWholeNumber(1)
  size?: number;

  /** Of consistency: from the tree of this size on @example 900 */
  @OptionalWholeNumber(1)
  from?: number;

  /** To the checkpoint of this size; the newest when absent @example 1200 */
  @OptionalWholeNumber(1)
  to?: number;
}

/** A tree of 2^53 leaves is that high. */
export const LONGEST_PROOF = 106;

export class ProofDto {
  /** @example "inclusion" */
  kind!: 'inclusion' | 'consistency';

  /** Of inclusion: of the entry at this position @example 57 */
  position!: number | null;

  /** Of inclusion: what the proof begins with, base64 @example "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" */
  leaf!: string | null;

  /** Of consistency: from the tree of this size on @example null */
  from!: number | null;

  /** The tree that it leads to @example 1200 */
  size!: number;

  /** RFC 6962, 2.1.1 and 2.1.2: hashes, base64, the lowest first */
  @ArrayMaxSize(LONGEST_PROOF)
  @ApiProperty({ type: [String], maxItems: LONGEST_PROOF, example: ['47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='] })
  proof!: string[];

  /** The signed checkpoint of that tree @example "tenure/0011aabb/ten_01h455vb4pex5vsknk084sn02q/1\n1200\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— tenure/0011aabb ...\n" */
  checkpoint!: string;
}

export class CheckpointDto {
  /** How many entries it is over @example 1200 */
  size!: number;

  /** Of the log: it goes up when a restored backup begins it anew @example 1 */
  generation!: number;

  /** Of the tree, base64 @example "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" */
  root!: string;

  /** As it was signed: https://c2sp.org/tlog-checkpoint @example "tenure/0011aabb/ten_01h455vb4pex5vsknk084sn02q/1\n1200\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— tenure/0011aabb ...\n" */
  note!: string;

  /** @example "2026-11-23T10:00:00.000Z" */
  signedAt!: string;
}

export class CheckpointPageDto {
  data!: CheckpointDto[];

  /** null on the last page */
  nextCursor!: string | null;
}
