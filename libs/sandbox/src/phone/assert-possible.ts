import { proto } from '../protocol/baileys.js';
import { BadMessage } from '../sandbox.errors.js';
import type { KeptMessage } from '../store/phone-messages.repository.js';
import { subjectOf, type Utterance } from './utterance.js';

/** Who wants to do it, by number, and whether that is somebody who may take back what others wrote. */
interface Actor {
  writer: string;
  chat: { moderated: boolean };
}

/** What WhatsApp's own client would not offer is refused. @throws BadMessage */
export function assertPossible(utterance: Utterance, subject: KeptMessage, actor: Actor): void {
  const fault = faultOf(utterance, subject, actor);
  if (fault) throw new BadMessage(fault.pointer ?? subjectOf(utterance)!.pointer, fault.detail);
}

interface Fault {
  detail: string;
  /** absent: where the subject is named */
  pointer?: string;
}

function faultOf(utterance: Utterance, subject: KeptMessage, { writer, chat }: Actor): Fault | null {
  if (subject.revoked) return { detail: 'must not have been taken back' };
  if (subject.change) return { detail: 'must be something that was said, not a reaction, a vote or a correction' };
  if (utterance.kind === 'edit' && (subject.author !== writer || subject.text === null || subject.poll)) return { detail: 'must be a text of this phone' };
  if (utterance.kind === 'revoke' && subject.author !== writer && !chat.moderated) return { detail: 'must be a message of this phone' };
  if (utterance.kind === 'vote') return voteFault(utterance.options, subject);
  return null;
}

function voteFault(options: string[], { poll, original }: KeptMessage): Fault | null {
  if (!poll || !original || !proto.Message.decode(original).messageContextInfo?.messageSecret) return { detail: 'must be a poll' };
  if (poll.choices > 0 && options.length > poll.choices) return { pointer: '/vote/options', detail: `must be at most ${poll.choices} in this poll` };
  if (options.some((option) => !poll.options.includes(option))) return { pointer: '/vote/options', detail: 'must be options of the poll' };
  return null;
}
