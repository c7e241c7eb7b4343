/** In the place of a password that is not shown. */
export const MASK = '***';

const PORTS = { 'http:': 80, 'https:': 443, 'socks5:': 1080, 'socks5h:': 1080 };
type Protocol = keyof typeof PORTS;
/** RFC 1929 counts the bytes of a name and of a password in one byte. */
const LONGEST = 255;
const NAME = /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?\.?$/i;
const ADDRESS = /^\[[0-9a-f:.]+\]$/i;

/** Where a proxy is, and as whom it is spoken to. */
export interface ProxyAddress {
  kind: 'http' | 'https' | 'socks5';
  /** a name or an address, IPv6 without brackets */
  host: string;
  port: number;
  username: string;
  password: string;
}

/** Why a text is no proxy; null when it is one. Never repeats the text: it may hold a password. */
export function proxyFault(text: string): string | null {
  const url = URL.parse(text);
  if (!url || !isProtocol(url.protocol)) return 'must be a URL that starts with http://, https:// or socks5://';
  if (!NAME.test(url.hostname) && !ADDRESS.test(url.hostname)) return 'must name a host';
  if (url.port === '0') return 'must have a port other than 0';
  if (!['', '/'].includes(url.pathname) || url.search || url.hash) return 'must end after the port';
  return loginFault(url);
}

/** As it is stored: without what does not matter. Of a text without a fault. */
export function normalizeProxy(text: string): string {
  return new URL(text).href.replace(/\/$/, '');
}

/** As it may be shown. */
export function maskProxy(proxy: string): string {
  const url = new URL(proxy);
  if (url.password) url.password = MASK;
  return normalizeProxy(url.href);
}

export function proxyAddress(proxy: string): ProxyAddress {
  const { protocol, hostname, port, username, password } = new URL(proxy);
  if (!isProtocol(protocol)) throw new Error('This is no proxy');
  return {
    kind: protocol === 'http:' ? 'http' : protocol === 'https:' ? 'https' : 'socks5',
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port ? Number(port) : PORTS[protocol],
    ...{ username: decodeURIComponent(username), password: decodeURIComponent(password) },
  };
}

const isProtocol = (protocol: string): protocol is Protocol => protocol in PORTS;

function loginFault({ protocol, username, password }: URL): string | null {
  if (password === MASK) return `has ${MASK} in the place of its password: leave the field out to keep the password that is stored, or send the whole URL`;
  const [user, secret] = [decoded(username), decoded(password)];
  if (user === null || secret === null) return 'must have user and password percent-encoded';
  if (secret && !user) return 'must have a user beside the password';
  if (protocol.startsWith('http') && user.includes(':')) return 'must have a user without a colon';
  if ([user, secret].some((part) => Buffer.byteLength(part) > LONGEST)) return `must have a user and a password of at most ${LONGEST} bytes`;
  return null;
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}
