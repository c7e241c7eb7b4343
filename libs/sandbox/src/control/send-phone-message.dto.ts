import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsInt, IsObject, IsString, Length, Matches, Max, Min, ValidateIf, ValidateNested } from 'class-validator';
import { MayBeAbsent } from '#libs/platform';
import type { proto } from '@whiskeysockets/baileys';
import type { Utterance } from '../phone/utterance.js';
import { OnlyOneOf } from './only-one-of.js';
import { SendMediaDto } from './send-media.dto.js';

const DEEDS = ['text', 'media', 'reaction', 'edit', 'revoke', 'poll', 'vote'] as const;
const MOST_OPTIONS = 12;

/** One of the things a phone can do; absent when it does another. */
const Deed = (type: () => new () => object) => (target: object, property: string) => {
  for (const decorate of [MayBeAbsent(), OnlyOneOf(...DEEDS), IsObject(), ValidateNested(), Type(type)]) decorate(target, property);
};
const nothingElse = (request: Record<string, unknown>) => DEEDS.every((deed) => deed === 'text' || request[deed] === undefined);

export class SendReactionDto {
  /** Id of the message, as this phone shows it @example "3A5F2C9D1E7B4A60" */
  @IsString()
  @Length(1, 128)
  message!: string;

  /** Empty: the reaction is taken back @example "👍" */
  @IsString()
  @Length(0, 32)
  emoji!: string;
}

export class SendEditDto {
  /** Id of a text of this phone @example "3A5F2C9D1E7B4A60" */
  @IsString()
  @Length(1, 128)
  message!: string;

  /** What it says from now on @example "hi there" */
  @IsString()
  @Length(1, 65_536)
  text!: string;
}

export class SendRevokeDto {
  /** Id of a message of this phone: it is deleted for everyone @example "3A5F2C9D1E7B4A60" */
  @IsString()
  @Length(1, 128)
  message!: string;
}

export class SendPollDto {
  /** @example "Lunch?" */
  @IsString()
  @Length(1, 255)
  question!: string;

  /** @example ["Pizza", "Salad"] */
  @IsArray()
  @ArrayMinSize(2)
  @ArrayMaxSize(12)
  @ArrayUnique()
  @IsString({ each: true })
  @Length(1, 100, { each: true })
  options!: string[];

  /** How many options one may choose; 0: any number; 1 when absent @example 1 */
  @MayBeAbsent()
  @IsInt()
  @Min(0)
  @Max(MOST_OPTIONS)
  choices?: number;
}

export class SendVoteDto {
  /** Id of the poll, as this phone shows it @example "3A5F2C9D1E7B4A60" */
  @IsString()
  @Length(1, 128)
  poll!: string;

  /** Names of the options; none: the vote is taken back @example ["Pizza"] */
  @IsArray()
  @ArrayMaxSize(12)
  @ArrayUnique()
  @IsString({ each: true })
  @Length(1, 100, { each: true })
  options!: string[];
}

/** Where it is done, and exactly one thing to do. */
export class SendPhoneMessageDto {
  /** A phone number or its JID, or the JID of a group that the phone is in @example "5511999990002" */
  @ApiProperty({ maxLength: 40 })
  @Matches(/^([1-9][0-9]{6,14}(@s\.whatsapp\.net)?|[0-9]{18}@g\.us)$/, { message: 'to must be a phone number, its JID or the JID of a group' })
  to!: string;

  /** Write this @example "hi" */
  @ValidateIf((request: Record<string, unknown>) => request.text !== undefined || nothingElse(request))
  @OnlyOneOf(...DEEDS)
  @IsString()
  @Length(1, 65_536)
  text?: string;

  /** Send a file */
  @Deed(() => SendMediaDto)
  media?: SendMediaDto;

  /** With `text` or `media`: id of the message that it answers, as this phone shows it @example "3A5F2C9D1E7B4A60" */
  @MayBeAbsent()
  @OnlyOneOf('quotes', ...DEEDS.filter((deed) => deed !== 'text' && deed !== 'media'))
  @IsString()
  @Length(1, 128)
  quotes?: string;

  /** React to a message */
  @Deed(() => SendReactionDto)
  reaction?: SendReactionDto;

  /** Change a text that this phone sent */
  @Deed(() => SendEditDto)
  edit?: SendEditDto;

  /** Delete a message of this phone for everyone */
  @Deed(() => SendRevokeDto)
  revoke?: SendRevokeDto;

  /** Ask a question with options */
  @Deed(() => SendPollDto)
  poll?: SendPollDto;

  /** Choose in a poll */
  @Deed(() => SendVoteDto)
  vote?: SendVoteDto;
}

export const MESSAGE_EXAMPLES = {
  text: { summary: 'A text', value: { to: '5511999990002', text: 'hi' } },
  reply: { summary: 'A reply', value: { to: '5511999990002', text: 'hi yourself', quotes: '3A5F2C9D1E7B4A60' } },
  media: { summary: 'A file', value: { to: '5511999990002', media: { type: 'image', content: 'iVBORw0KGgo=', mimetype: 'image/png', caption: 'look at this' } } },
  reaction: { summary: 'A reaction', value: { to: '5511999990002', reaction: { message: '3A5F2C9D1E7B4A60', emoji: '👍' } } },
  edit: { summary: 'An edit', value: { to: '5511999990002', edit: { message: '3A5F2C9D1E7B4A60', text: 'hi there' } } },
  revoke: { summary: 'Deleted for everyone', value: { to: '5511999990002', revoke: { message: '3A5F2C9D1E7B4A60' } } },
  poll: { summary: 'A poll', value: { to: '5511999990002', poll: { question: 'Lunch?', options: ['Pizza', 'Salad'] } } },
  vote: { summary: 'A vote', value: { to: '5511999990002', vote: { poll: '3A5F2C9D1E7B4A60', options: ['Pizza'] } } },
};

/** A valid request does exactly one thing; a file has been uploaded by now. */
export function utteranceOf({ text, quotes, reaction, edit, revoke, poll, vote }: SendPhoneMessageDto, uploaded?: proto.IMessage): Utterance {
  if (uploaded) return { kind: 'media', media: uploaded, quotes };
  if (reaction) return { kind: 'reaction', ...reaction };
  if (edit) return { kind: 'edit', ...edit };
  if (revoke) return { kind: 'revoke', ...revoke };
  if (poll) return { kind: 'poll', question: poll.question, options: poll.options, choices: poll.choices ?? 1 };
  if (vote) return { kind: 'vote', ...vote };
  return { kind: 'text', text: text!, quotes };
}
