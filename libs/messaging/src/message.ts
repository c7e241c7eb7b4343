import type { InstanceId, MessageId } from '#libs/contracts';

export type MessageStatus = 'queued' | 'sent' | 'delivered' | 'read' | 'failed' | 'received';
export type Direction = 'in' | 'out';

/** A message of an instance, readable while the instance's key lives. */
export interface Message {
  id: MessageId;
  instanceId: InstanceId;
  /** JID of the chat; null once the content is erased */
  chat: string | null;
  /** JID of the author inside a group; null elsewhere */
  participant: string | null;
  direction: Direction;
  /** the content's kind; `text` for everything that is plain text */
  type: string;
  text: string | null;
  status: MessageStatus;
  whatsappId: string;
  timestamp: Date;
  error: string | null;
  /** When chat, author, text and original went by age; null: they are there. */
  contentErasedAt: Date | null;
}
