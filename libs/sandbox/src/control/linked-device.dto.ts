import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsBoolean, IsInt, IsObject, Matches, Max, Min, ValidateNested } from 'class-validator';
import { MayBeAbsent } from '#libs/platform';
import { type Account, type DeviceAddress, lidJid, numberJid } from '../protocol/addresses.js';
import type { DeviceVoucher } from '../protocol/device-identity.js';

const KEY = /^[A-Za-z0-9+/]{43}=$/;
const SIGNATURE = /^[A-Za-z0-9+/]{86}==$/;

export class PreKeyDto {
  /** @example 1 */
  @IsInt()
  @Min(1)
  @Max(0xffffff)
  id!: number;

  /** 32 bytes in base64 @example "pBcWzYl1jvXf0qS4m8y1m0bN6d3J5w2hQe7s9uKcXlA=" */
  @ApiProperty({ maxLength: 44 })
  @Matches(KEY, { message: 'publicKey must be 32 bytes in base64' })
  publicKey!: string;
}

export class SignedPreKeyDto extends PreKeyDto {
  /** 64 bytes in base64 @example "8kq3mZ0Jr5o2T1w9cV7bN4xL6yPfHsGdUeAiKjQvRtXzBnMlCoWpSaYhEgIuDfOqTr3VwZk5Jm2Nb1Xc0LvPhQ==" */
  @ApiProperty({ maxLength: 88 })
  @Matches(SIGNATURE, { message: 'signature must be 64 bytes in base64' })
  signature!: string;
}

export class RegisterDeviceDto {
  /** The public half of `creds.noiseKey`, 32 bytes in base64 @example "pBcWzYl1jvXf0qS4m8y1m0bN6d3J5w2hQe7s9uKcXlA=" */
  @ApiProperty({ maxLength: 44 })
  @Matches(KEY, { message: 'noiseKey must be 32 bytes in base64' })
  noiseKey!: string;

  /** The public half of `creds.signedIdentityKey`, 32 bytes in base64 @example "pBcWzYl1jvXf0qS4m8y1m0bN6d3J5w2hQe7s9uKcXlA=" */
  @ApiProperty({ maxLength: 44 })
  @Matches(KEY, { message: 'identityKey must be 32 bytes in base64' })
  identityKey!: string;

  /** `creds.registrationId` @example 4711 */
  @IsInt()
  @Min(0)
  @Max(0x7fffffff)
  registrationId!: number;

  /** `creds.signedPreKey` */
  @IsObject()
  @ValidateNested()
  @Type(() => SignedPreKeyDto)
  signedPreKey!: SignedPreKeyDto;

  /** One-time pre-keys that the client keeps the private halves of. With six or more it uploads none at its first login */
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(1000)
  @ValidateNested({ each: true })
  @Type(() => PreKeyDto)
  preKeys?: PreKeyDto[];

  /** Whether the phone sends its history at the first login, as after a pairing. Without it Baileys waits 20 s for one, unless `creds.accountSyncCounter` is 1 @example true */
  @ApiProperty({ required: false, default: true })
  @IsBoolean()
  history: boolean = true;
}

export class DeviceAccountDto {
  /** A serialised `ADVDeviceIdentity`, in base64 @example "CAEQ1LqivQYYASAAKAA=" */
  details!: string;

  /** The account's key, 32 bytes in base64 @example "pBcWzYl1jvXf0qS4m8y1m0bN6d3J5w2hQe7s9uKcXlA=" */
  accountSignatureKey!: string;

  /** The account's signature of the device, 64 bytes in base64 @example "8kq3mZ0Jr5o2T1w9cV7bN4xL6yPfHsGdUeAiKjQvRtXzBnMlCoWpSaYhEgIuDfOqTr3VwZk5Jm2Nb1Xc0LvPhQ==" */
  accountSignature!: string;
}

export class RegisteredDeviceDto {
  /** @example "5511999990001" */
  phoneNumber!: string;

  /** The number of the new device on this phone @example 1 */
  device!: number;

  /** `creds.me.id` @example "5511999990001:1@s.whatsapp.net" */
  jid!: string;

  /** `creds.me.lid` @example "1042424242424242:1@lid" */
  lid!: string;

  /** `creds.account`, but for the `deviceSignature`, which only the device can make */
  account!: DeviceAccountDto;
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

export function registeredDeviceDto(account: Account, { number, device }: DeviceAddress, voucher: DeviceVoucher): RegisteredDeviceDto {
  const { details, accountSignatureKey, accountSignature } = voucher;
  return {
    ...{ phoneNumber: number, device, jid: numberJid(account, device), lid: lidJid(account, device) },
    account: { details: base64(details), accountSignatureKey: base64(accountSignatureKey), accountSignature: base64(accountSignature) },
  };
}
