import { once } from 'node:events';
import net from 'node:net';
import { isPermittedAddress } from './is-permitted-address.js';
import { OutboundGuard, TargetForbidden, TargetUnknown } from './outbound-guard.js';

describe('an address that a tenant names', () => {
  it.each(['8.8.8.8', '93.184.216.34', '2606:4700:4700::1111', '::ffff:8.8.8.8'])('%s is public', (address) => {
    expect(isPermittedAddress(address)).toBe(true);
  });

  it.each([
    ['loopback', '127.0.0.1'],
    ['loopback', '127.255.0.9'],
    ['loopback', '::1'],
    ['loopback in IPv6 clothes', '::ffff:127.0.0.1'],
    ['loopback in hexadecimal IPv6 clothes', '::ffff:7f00:1'],
    ['loopback through a translator', '64:ff9b::7f00:1'],
    ['loopback through 6to4', '2002:7f00:1::'],
    ['private', '10.0.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['unique local', 'fd00::1'],
    ['link-local, the metadata of most clouds', '169.254.169.254'],
    ['link-local', 'fe80::1'],
    ['link-local with a zone', 'fe80::1%eth0'],
    ['metadata, unique local', 'fd00:ec2::254'],
    ['metadata, shared', '100.100.100.200'],
    ['metadata, reserved', '192.0.0.192'],
    ['metadata, public by its range', '168.63.129.16'],
    ['unspecified', '0.0.0.0'],
    ['unspecified', '::'],
    ['broadcast', '255.255.255.255'],
    ['multicast', '224.0.0.1'],
    ['multicast', 'ff02::1'],
    ['reserved', '240.0.0.1'],
    ['of documentation', '203.0.113.5'],
    ['of benchmarks', '198.18.0.1'],
    ['Teredo', '2001::1'],
    ['no address', 'localhost'],
    ['no address', ''],
  ])('of this kind is refused: %s (%s)', (_kind, address) => {
    expect(isPermittedAddress(address)).toBe(false);
  });

  it('may be allowed by its network, whatever its clothes, and nothing beside it is', () => {
    const allowed = ['10.1.0.0/16', '192.168.7.7', 'fd00:1::/32'];
    expect(['10.1.2.3', '::ffff:10.1.2.3', '192.168.7.7', 'fd00:1::5'].filter((address) => !isPermittedAddress(address, allowed))).toEqual([]);
    expect(['10.2.0.1', '192.168.7.8', 'fd00:2::5', '127.0.0.1'].filter((address) => isPermittedAddress(address, allowed))).toEqual([]);
  });
});

describe('a target that a tenant names', () => {
  const named = (...addresses: string[]) => new OutboundGuard(['127.0.0.0/8'], async () => addresses.map((address) => ({ address, family: net.isIP(address) })));

  it('is judged by what its name leads to, and one bad address is enough', async () => {
    await expect(named('8.8.8.8', '2606:4700:4700::1111').check('good.example')).resolves.toBeUndefined();
    await expect(named('8.8.8.8', '10.0.0.1').check('mixed.example')).rejects.toThrow(TargetForbidden);
    await expect(named('::ffff:169.254.169.254').check('metadata.example')).rejects.toThrow(TargetForbidden);
  });

  it('is unknown when nothing answers for its name', async () => {
    await expect(named().check('nowhere.example')).rejects.toThrow(TargetUnknown);
    const broken = new OutboundGuard([], () => Promise.reject(new Error('EAI_AGAIN')));
    await expect(broken.check('nowhere.example')).rejects.toThrow(TargetUnknown);
  });

  it.each(['127.0.0.1', '0x7f.1', '2130706433', '::1', 'localhost'])('that is written as %s is loopback all the same', async (host) => {
    await expect(new OutboundGuard().check(host)).rejects.toThrow(/public internet|resolved/);
  });

  it('is connected to at the address that was checked, though its name has moved since', async () => {
    const server = net.createServer((socket) => socket.end('the one that was checked')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const answers = [[{ address: '127.0.0.1', family: 4 }], [{ address: '10.0.0.1', family: 4 }]];
    const guard = new OutboundGuard(['127.0.0.0/8'], async () => answers.shift()!);
    const { port } = server.address() as net.AddressInfo;
    const socket = net.connect({ host: 'moves.example', port, lookup: await guard.pin('moves.example') });
    const [heard] = (await once(socket, 'data')) as [Buffer];
    expect(heard.toString()).toBe('the one that was checked');
    await expect(guard.pin('moves.example')).rejects.toThrow(TargetForbidden);
    server.close();
  });
});
