export interface IssuedQr {
  text: string;
  expiresAt: Date;
}

const FIRST_QR_MS = 60_000;
const NEXT_QR_MS = 20_000;

/** What a pairing shows for somebody to scan or to enter: in memory only, and only while it holds. */
export class ShownCodes {
  /** The QR code to scan now. */
  qr: IssuedQr | null = null;
  /** To be entered on the phone instead of scanning. */
  pairingCode: string | null = null;
  private count = 0;

  /** WhatsApp gives the first code more time than those that follow. */
  show(text: string): void {
    const ms = this.count++ === 0 ? FIRST_QR_MS : NEXT_QR_MS;
    this.qr = { text, expiresAt: new Date(Date.now() + ms) };
  }

  forget(): void {
    this.qr = null;
    this.pairingCode = null;
  }
}
