import type { proto } from '@whiskeysockets/baileys';

/** What a person does in a chat. `message` and `poll` are ids of messages that the phone shows there. */
export type Utterance =
  | { kind: 'text'; text: string; quotes?: string }
  /** `media`: the file as it was uploaded */
  | { kind: 'media'; media: proto.IMessage; quotes?: string }
  | { kind: 'reaction'; message: string; emoji: string }
  | { kind: 'edit'; message: string; text: string }
  | { kind: 'revoke'; message: string }
  | { kind: 'poll'; question: string; options: string[]; choices: number }
  | { kind: 'vote'; poll: string; options: string[] };

/** The message that an utterance is about, and where in the request it was named; null when it is about none. */
export function subjectOf(utterance: Utterance): { id: string; pointer: string } | null {
  switch (utterance.kind) {
    case 'text':
    case 'media':
      return utterance.quotes === undefined ? null : { id: utterance.quotes, pointer: '/quotes' };
    case 'vote':
      return { id: utterance.poll, pointer: '/vote/poll' };
    case 'poll':
      return null;
    default:
      return { id: utterance.message, pointer: `/${utterance.kind}/message` };
  }
}
