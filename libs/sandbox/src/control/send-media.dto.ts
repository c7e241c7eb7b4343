import { IsBase64, IsBoolean, IsIn, IsString, Length, Matches, ValidateIf } from 'class-validator';
import { MayBeAbsent } from '#libs/platform';
import type { Attachment } from '../phone/media-message.js';
import { MEDIA_TYPES, type MediaType } from '../protocol/media-cipher.js';
import { OnlyOneOf } from './only-one-of.js';

export class SendMediaDto {
  /** @example "image" */
  @IsIn(MEDIA_TYPES)
  type!: MediaType;

  /** The file itself in base64, up to some 150 kB @example "iVBORw0KGgo=" */
  @ValidateIf(({ content, upload }: SendMediaDto) => content !== undefined || upload === undefined)
  @OnlyOneOf('content', 'upload')
  @IsBase64()
  @Length(4, 200_000)
  content?: string;

  /** Or the id of an upload, for larger ones, up to 16 MB @example "Zk3sT9vWq2LxYzA1bC4dEf" */
  @MayBeAbsent()
  @Length(22, 22)
  @Matches(/^[\w-]{22}$/, { message: 'upload must be the id of an upload' })
  upload?: string;

  /** Absent: the usual one of its type @example "image/png" */
  @MayBeAbsent()
  @Matches(/^[\w.+-]+\/[\w.+-]+(; ?[\w=.+-]+)*$/, { message: 'mimetype must be a MIME type' })
  @Length(3, 100)
  mimetype?: string;

  /** Of a document @example "invoice.pdf" */
  @MayBeAbsent()
  @IsString()
  @Length(1, 255)
  fileName?: string;

  /** Shown below it @example "look at this" */
  @MayBeAbsent()
  @IsString()
  @Length(1, 1_024)
  caption?: string;

  /** With audio: a voice message, not a file @example false */
  @MayBeAbsent()
  @IsBoolean()
  voice?: boolean;
}

export function attachmentOf({ content, ...rest }: SendMediaDto): Attachment {
  return { ...rest, ...(content !== undefined && { content: Buffer.from(content, 'base64') }) };
}
