import type { BinaryNode } from '@whiskeysockets/baileys';

/** The server's answer to a message we sent. */
export interface Acknowledgement {
  /** seconds since 1970, as WhatsApp writes it */
  t?: string;
  /** WhatsApp's code when it refused the message */
  error?: string;
}

/** Nobody knows whether the message went out. */
export class NoAcknowledgement extends Error {}

interface Waiting {
  resolve: (ack: Acknowledgement) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}

/** The acknowledgements one socket waits for, by message id. */
export class Acknowledgements {
  private readonly waiting = new Map<string, Waiting>();

  /** @throws NoAcknowledgement when none comes in time or the socket ends */
  expect(id: string, withinMs: number): Promise<Acknowledgement> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.take(id)?.reject(new NoAcknowledgement()), withinMs);
      this.waiting.set(id, { resolve, reject, timer });
    });
  }

  receive({ attrs }: BinaryNode): void {
    this.take(attrs.id ?? '')?.resolve(attrs);
  }

  abandon(): void {
    for (const id of [...this.waiting.keys()]) this.take(id)?.reject(new NoAcknowledgement());
  }

  private take(id: string): Waiting | undefined {
    const waiting = this.waiting.get(id);
    clearTimeout(waiting?.timer);
    this.waiting.delete(id);
    return waiting;
  }
}
