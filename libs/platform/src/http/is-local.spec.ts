import { isLocal } from './is-local.js';

const request = (remoteAddress: string | undefined, headers: Record<string, string> = {}, httpVersion = '1.1') =>
  ({ raw: { socket: { remoteAddress }, httpVersion }, headers: { host: '127.0.0.1:3000', ...headers } }) as unknown as Parameters<typeof isLocal>[0];

describe('a request is local', () => {
  it.each([
    ['127.0.0.1', {}],
    ['127.8.9.1', { host: 'localhost' }],
    ['::1', { host: '[::1]:3000' }],
    ['::ffff:127.0.0.1', { host: 'LOCALHOST:3000' }],
  ])('from %s', (address, headers) => {
    expect(isLocal(request(address, headers))).toBe(true);
  });

  it.each([['10.0.0.4'], ['::ffff:192.168.1.7'], ['2001:db8::1'], ['1127.0.0.1'], ['127.0.0.1.example.org'], [undefined]])('not from %s', (address) => {
    expect(isLocal(request(address))).toBe(false);
  });

  it.each([
    'forwarded',
    'via',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-real-ip',
    'x-client-ip',
    'x-cluster-client-ip',
    'x-original-forwarded-for',
    'x-envoy-external-address',
    'cf-connecting-ip',
    'true-client-ip',
  ])('not with the header %s, even one that claims this machine', (header) => {
    expect(isLocal(request('127.0.0.1', { [header]: '127.0.0.1' }))).toBe(false);
  });

  it('not in the HTTP/1.0 of a proxy that says nothing', () => {
    expect(isLocal(request('127.0.0.1', {}, '1.0'))).toBe(false);
  });

  it.each([['tenure.example.org'], ['127.0.0.1.example.org'], ['localhost.example.org'], ['']])('not under the name %p', (host) => {
    expect(isLocal(request('127.0.0.1', { host }))).toBe(false);
  });
});
