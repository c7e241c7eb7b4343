import QRCode from 'qrcode';
import type { Representation } from './choose-representation.js';

/** A QR code as something to look at: SVG or PNG, or the text itself. */
export function renderQr(text: string, as: Exclude<Representation, 'application/json'>): Promise<Buffer | string> | string {
  if (as === 'text/plain') return text;
  return as === 'image/png' ? QRCode.toBuffer(text, { type: 'png', scale: 6 }) : QRCode.toString(text, { type: 'svg' });
}
