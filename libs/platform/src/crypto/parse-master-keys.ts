import { StartError } from '../start-error.js';
import { KEY_BYTES, MasterKey } from './master-key.js';

/**
 * One master key or several, newest first: separated by commas or lines, each as 64 hexadecimal digits or base64. What follows a `#` is for people.
 * The same key twice counts once. @throws StartError
 */
export function parseMasterKeys(text: string, from: string): MasterKey[] {
  const words = text
    .split('\n')
    .flatMap((line) => line.replace(/#.*/, '').split(','))
    .map((word) => word.trim())
    .filter(Boolean);
  if (words.length === 0) throw new StartError(`There is no master key in ${from}.`, 'Put the one that the database was encrypted with there.');
  const keys = words.map((word) => new MasterKey(decode(word, from)));
  return keys.filter(({ id }, at) => keys.findIndex((other) => other.id === id) === at);
}

/** Every line that is a key and nothing else, with the key's id behind it. */
export function nameMasterKeys(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .map((line) => (KEY.test(line) ? `${line} # ${new MasterKey(decode(line, 'a line')).id}` : line))
    .join('\n');
}

const KEY = /^([0-9a-fA-F]{64}|[A-Za-z0-9+/_-]{43}=?)$/;

function decode(word: string, from: string): Buffer {
  const key = Buffer.from(word, /^[0-9a-fA-F]{64}$/.test(word) ? 'hex' : 'base64');
  if (!KEY.test(word) || key.length !== KEY_BYTES) throw new StartError(`A master key in ${from} is not 32 bytes.`, 'Give 64 hexadecimal digits or base64.');
  return key;
}
