/** Null for what is not exactly how these bytes are written: a text has one meaning, and a meaning one text. */
export function parseBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}
