import type { KeyId } from '#libs/contracts';
import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';

export class SetWhatsAppVersionDto {
  /** Three numbers, as WhatsApp Web shows its version @example "2.3000.1043857760" */
  @ApiProperty({ maxLength: 26 })
  @Matches(/^\d{1,6}\.\d{1,6}\.\d{1,12}$/, { message: 'version must be three numbers, for example 2.3000.1043857760' })
  version!: string;
}

export class WhatsAppVersionDto {
  /** @example "2.3000.1043857760" */
  version!: string;

  /** When an operator set it; null: it is the one of the settings @example "2026-11-23T10:00:00.000Z" */
  since!: string | null;

  /** The operator key that set it @example "key_01h455vb4pex5vsknk084sn02q" */
  setBy!: KeyId | null;
}
