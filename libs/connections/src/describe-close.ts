import type { SocketClose } from './plan-reconnect.js';

/** Baileys' errors are of @hapi/boom; its own data of a refused login are the attributes of the stanza. */
interface BaileysError {
  message?: string;
  output?: { statusCode?: number };
  data?: { expire?: string; code?: string } | null;
}

const QR_ENDED = 'QR refs attempts ended';
const SILENCE = new Set(['ETIMEDOUT', 'ESOCKETTIMEDOUT']);

/** What an error with which Baileys ended a socket says. */
export function describeClose(error: unknown): SocketClose {
  const { message, output, data } = (error ?? {}) as BaileysError;
  const expire = Number(data?.expire);
  return {
    code: output?.statusCode ?? null,
    qrEnded: message === QR_ENDED,
    otherNumber: error instanceof OtherNumber,
    networkFault: !!data?.code?.startsWith('E') && !SILENCE.has(data.code),
    expiresInSeconds: Number.isFinite(expire) && expire > 0 ? expire : null,
  };
}

/** A reason of our own to end a socket, in the words of `describeClose`. */
export class SocketEnded extends Error {
  readonly output: { statusCode?: number };

  constructor(message: string, statusCode?: number) {
    super(message);
    this.output = { statusCode };
  }
}

/** Of a message that was being sent: Baileys writes its keys down when it has left. */
export class KeysNotKept extends Error {}

/** The instance belongs to a number, and the phone that is to be linked has another. */
export class OtherNumber extends SocketEnded {
  constructor() {
    super('The instance belongs to another number');
  }
}
