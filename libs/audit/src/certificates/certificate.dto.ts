import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize } from 'class-validator';
import { LONGEST_PROOF } from '../proofs/proof.dto.js';
import type { CertificateFile, ProvenEntry } from './certificate-file.js';

const MOST_ENTRIES = 2;

export class ProvenEntryDto implements ProvenEntry {
  /** @example 57 */
  position!: number;

  /** What was hashed: the entry as JSON in its canonical form (RFC 8785) @example "{\"actor\":{\"id\":\"policy/3/logged-out\",\"kind\":\"rule\"},...}" */
  canonical!: string;

  /** That it is in the tree of the checkpoint: RFC 6962, 2.1.1, base64 */
  @ArrayMaxSize(LONGEST_PROOF)
  @ApiProperty({ type: [String], maxItems: LONGEST_PROOF, example: ['47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='] })
  proof!: string[];
}

export class AuditCertificateDto implements CertificateFile {
  /** @example "tenure-certificate/v1" */
  @ApiProperty({ enum: ['tenure-certificate/v1'] })
  kind!: 'tenure-certificate/v1';

  /** @example "destruction" */
  about!: 'destruction' | 'existence';

  /** @example "ten_01h455vb4pex5vsknk084sn02q" */
  tenantId!: string;

  /** @example "ins_01h455vb4pex5vsknk084sn02q" */
  instanceId!: string;

  /** null: of existence @example "crt_01h455vb4pex5vsknk084sn02q" */
  certificateId!: string | null;

  /** Of destruction: the entry that destroyed the keys and, once it is there, the one that counts the erased rows. Of existence: the first and the newest */
  @Type(() => ProvenEntryDto)
  @ArrayMaxSize(MOST_ENTRIES)
  @ApiProperty({ type: [ProvenEntryDto], maxItems: MOST_ENTRIES })
  entries!: ProvenEntryDto[];

  /** Signed @example "tenure/0011aabb/ten_01h455vb4pex5vsknk084sn02q/1\n1200\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— tenure/0011aabb ...\n" */
  checkpoint!: string;

  /** Of existence: a signed statement that nothing has purged it up to the checkpoint @example null */
  statement!: string | null;
}
