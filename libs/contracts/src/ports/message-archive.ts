import type { InstanceId, TenantId } from '../ids.js';

/** A message as the session saw it, normalised to what every feature needs. */
export interface SeenMessage {
  whatsappId: string;
  /** JID of the chat */
  chat: string;
  /** JID of the author inside a group; null elsewhere */
  participant: string | null;
  fromMe: boolean;
  timestamp: Date;
  /** null when it carries no text */
  text: string | null;
  /** the content's kind as WhatsApp names it, for example `conversation` */
  kind: string;
  /** the protobuf `Message` */
  original: Uint8Array;
}

/** Where the session hands over what it receives, and looks up what a recipient asks for again. Implemented by messaging. */
export abstract class MessageArchive {
  /** One batched, idempotent insert. The first thing that happens to a received message, before WhatsApp is told that it arrived. */
  abstract keep(tenantId: TenantId, instanceId: InstanceId, messages: SeenMessage[]): Promise<void>;
  abstract isKept(tenantId: TenantId, instanceId: InstanceId, chat: string, whatsappId: string, fromMe: boolean): Promise<boolean>;
  /** The protobuf `Message` of a kept message; null when it is not there. */
  abstract original(tenantId: TenantId, instanceId: InstanceId, chat: string, whatsappId: string): Promise<Uint8Array | null>;
}
