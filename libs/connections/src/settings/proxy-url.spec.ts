import { maskProxy, normalizeProxy, proxyAddress, proxyFault } from './proxy-url.js';

describe('the URL of a proxy', () => {
  it.each([
    ['http://proxy.example:3128', { kind: 'http', host: 'proxy.example', port: 3128, username: '', password: '' }],
    ['http://proxy.example', { kind: 'http', host: 'proxy.example', port: 80, username: '', password: '' }],
    ['HTTPS://ana:secret@Proxy.Example/', { kind: 'https', host: 'proxy.example', port: 443, username: 'ana', password: 'secret' }],
    ['socks5://ana:s%40cret%3A%2F@10.0.0.1', { kind: 'socks5', host: '10.0.0.1', port: 1080, username: 'ana', password: 's@cret:/' }],
    ['socks5h://ana@proxy.example:9050', { kind: 'socks5', host: 'proxy.example', port: 9050, username: 'ana', password: '' }],
    ['socks5://[2001:db8::1]:1080', { kind: 'socks5', host: '2001:db8::1', port: 1080, username: '', password: '' }],
    ['http://session-1_country-br:x@gate.example:7000', { kind: 'http', host: 'gate.example', port: 7000, username: 'session-1_country-br', password: 'x' }],
  ])('%s says where it is and who asks', (text, address) => {
    expect(proxyFault(text)).toBeNull();
    expect(proxyAddress(normalizeProxy(text))).toEqual(address);
  });

  it.each([
    ['proxy.example:3128', 'starts with'],
    ['ftp://proxy.example', 'starts with'],
    ['socks4://proxy.example', 'starts with'],
    ['file:///etc/passwd', 'starts with'],
    ['http://', 'starts with'],
    ['', 'starts with'],
    ['socks5://', 'name a host'],
    ['socks5://a b:1080', 'starts with'],
    ['socks5://pröxy.example:1080', 'name a host'],
    ['http://proxy.example:0', 'port'],
    ['http://proxy.example:99999', 'starts with'],
    ['http://proxy.example:3128/path', 'end after the port'],
    ['http://proxy.example:3128?via=1', 'end after the port'],
    ['http://proxy.example:3128#1', 'end after the port'],
    ['http://ana:%zz@proxy.example', 'percent-encoded'],
    ['http://:secret@proxy.example', 'user beside'],
    ['http://a%3Ab:secret@proxy.example', 'colon'],
    [`socks5://ana:${'x'.repeat(256)}@proxy.example`, '255'],
    ['socks5://ana:***@proxy.example:1080', 'whole URL'],
  ])('%s is refused', (text, why) => {
    expect(proxyFault(text)).toContain(why);
  });

  it('is shown without its password, and what is shown is not taken back', () => {
    const shown = maskProxy(normalizeProxy('socks5://ana:s%40cret@proxy.example:1080'));
    expect(shown).toBe('socks5://ana:***@proxy.example:1080');
    expect(proxyFault(shown)).not.toBeNull();
    expect(maskProxy('http://ana@proxy.example:3128')).toBe('http://ana@proxy.example:3128');
  });

  it('is refused without being repeated', () => {
    for (const text of ['ftp://ana:SECRET@proxy.example', 'http://ana:SECRET@proxy.example/x', 'http://ana:%zzSECRET@proxy.example']) {
      expect(proxyFault(text)).not.toContain('SECRET');
    }
  });
});
