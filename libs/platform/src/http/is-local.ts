import type { FastifyRequest } from 'fastify';

const LOOPBACK = /^(::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/;
const LOCAL_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i;
/** What proxies say about whom they speak for. */
const FORWARDED = /^(forwarded|via|x-(forwarded|original|envoy|real|client|cluster-client)(-.+)?|(cf-connecting|true-client|fastly-client)-ip)$/;

/**
 * Whether it comes from this machine and for nobody else: by the socket's own address, never by what a header says. A proxy on this machine
 * must not open to the world what is meant for this machine, so a request that shows any sign of one is not local: a proxy's header, the
 * HTTP/1.0 that nginx speaks by default, or a name that is not this machine's (which a page in a browser could have bound to 127.0.0.1).
 * A proxy that hides all of this cannot be told apart; docs/operations.md says what to do.
 */
export function isLocal({ raw, headers }: Pick<FastifyRequest, 'raw' | 'headers'>): boolean {
  if (!LOOPBACK.test(raw.socket.remoteAddress ?? '')) return false;
  if (raw.httpVersion === '1.0' || !LOCAL_HOST.test(headers.host ?? '')) return false;
  return !Object.keys(headers).some((name) => FORWARDED.test(name));
}
