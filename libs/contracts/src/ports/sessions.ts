import type { InstanceId, TenantId } from '../ids.js';
import type { TenantSql } from './tenant-sql.js';

/** What WhatsApp answered to a message we sent. */
export interface SentMessage {
  whatsappId: string;
  /** the JID that the message went to */
  chat: string;
  timestamp: Date;
  /** the protobuf `Message`, kept so that a recipient's retry can be answered */
  original: Uint8Array;
}

/** Reach the live session of an instance. In one process a call; in a cluster the same port is a proxy. */
export abstract class Sessions {
  /**
   * Sends a text and waits for WhatsApp's acknowledgement.
   * @throws a Problem: `instance-not-connected` (409), `session-elsewhere` (409), `message-refused` (502), `acknowledgement-missing` (504)
   */
  abstract sendText(tenantId: TenantId, instanceId: InstanceId, to: string, text: string): Promise<SentMessage>;

  /**
   * In the caller's transaction and under the instance's lock, before it is stopped: wherever its session is, the device leaves the WhatsApp account, and
   * the session ends. False when it is not connected: then nothing is asked.
   */
  abstract logOutWhenStopped(tx: TenantSql, instanceId: InstanceId): Promise<boolean>;
}
