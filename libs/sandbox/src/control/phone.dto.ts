import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length, Matches } from 'class-validator';
import { IsVisible, MayBeAbsent } from '#libs/platform';
import type { DeviceAddress } from '../protocol/addresses.js';
import { PHONE_NUMBER } from './phone-number.js';

export class CreatePhoneDto {
  /** E.164 without the plus @example "5511999990001" */
  @ApiProperty({ maxLength: 15 })
  @Matches(PHONE_NUMBER, { message: 'phoneNumber must be 7 to 15 digits without a plus or a leading zero' })
  phoneNumber!: string;

  /** What others see as its owner's name; absent: one is made of the number's last digits @example "Ana" */
  @MayBeAbsent()
  @IsString()
  @Length(1, 100)
  @IsVisible()
  name?: string;
}

export class PhoneDto {
  /** @example "5511999990001" */
  phoneNumber!: string;

  /** @example "Ana" */
  name!: string;

  /** Its LID, the id that does not show the number @example "1042424242424242@lid" */
  lid!: string;
}

export class ScanDto {
  /** The text of the QR code, as `pairing.qr` of the instance's connection has it @example "https://wa.me/settings/linked_devices#2@..." */
  @IsString()
  @Length(1, 2_000)
  qr!: string;
}

export class EnterCodeDto {
  /** The eight characters that the instance shows; a dash in the middle is ignored @example "ABCD1234" */
  @ApiProperty({ maxLength: 9 })
  @Matches(/^[0-9A-Za-z]{4}-?[0-9A-Za-z]{4}$/, { message: 'code must be eight letters and digits' })
  code!: string;
}

export class LinkedDeviceDto {
  /** @example "5511999990001" */
  phoneNumber!: string;

  /** The number of the new device on this phone @example 1 */
  device!: number;
}

export function linkedDeviceDto({ number, device }: DeviceAddress): LinkedDeviceDto {
  return { phoneNumber: number, device };
}

export class UnlinkedDto {
  /** How many devices were unlinked @example 1 */
  devices!: number;
}
