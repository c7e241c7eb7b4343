import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadBinaries, restoreLinks } from './binaries.js';
import { EmbeddedPostgres } from './embedded-postgres.js';
import { placeCluster } from './placement.js';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-placement-'));
const asRoot = process.getuid?.() === 0 ? it : it.skip;
const pathBefore = process.env['PATH'];

afterEach(() => (process.env['PATH'] = pathBefore));
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

/** As in a container that forbids user namespaces. */
function forbidNamespaces(): void {
  const folder = path.join(root, 'bin');
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'unshare'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  process.env['PATH'] = `${folder}:${pathBefore}`;
}

describe('The place of the embedded database', () => {
  it('is the folder postgres in the data folder', async () => {
    const { clusterDir } = await placeCluster(await loadBinaries(), path.join(root, 'plain'));
    expect(clusterDir).toBe(path.join(root, 'plain', 'postgres'));
  });

  asRoot('belongs to an unprivileged account where root may not have a user namespace', async () => {
    forbidNamespaces();
    const server = new EmbeddedPostgres({ dataDir: path.join(root, 'open'), ephemeral: true });
    fs.chmodSync(root, 0o755);
    await server.start();
    expect(fs.statSync(path.join(root, 'open', 'postgres')).uid).not.toBe(0);
    expect(fs.statSync(path.join(root, 'open')).uid).toBe(0);
    expect(fs.statSync(path.join(root, 'open', 'postgres-passwords.json')).uid).toBe(0);
    await server.stop();
  });

  asRoot('is a link to one that the account can reach when the data folder is private', async () => {
    forbidNamespaces();
    fs.chmodSync(root, 0o700);
    const server = new EmbeddedPostgres({ dataDir: path.join(root, 'private'), ephemeral: true });
    await server.start();
    const link = fs.readlinkSync(path.join(root, 'private', 'postgres'));
    expect(link).toMatch(/^\/var\/lib\/tenure-/);
    await server.stop();
    expect(fs.existsSync(path.dirname(link))).toBe(false);
  });

  asRoot('goes with its owner: a user’s database that root starts still runs as that user', async () => {
    const folder = path.join(root, 'owned', 'postgres');
    fs.mkdirSync(folder, { recursive: true });
    fs.chownSync(folder, 4242, 4243);
    const { account } = await placeCluster(await loadBinaries(), path.dirname(folder));
    expect(account).toMatchObject({ uid: 4242, gid: 4243 });
  });

  it('finds its libraries although npm skipped the install script that links them', () => {
    const folder = path.join(root, 'native');
    fs.mkdirSync(path.join(folder, 'lib'), { recursive: true });
    fs.writeFileSync(path.join(folder, 'lib/libpq.so.5.18'), 'library');
    fs.writeFileSync(path.join(folder, 'pg-symlinks.json'), '[{"source":"native/lib/libpq.so.5.18","target":"native/lib/libpq.so.5"}]');
    restoreLinks(folder);
    restoreLinks(folder);
    expect(fs.readFileSync(path.join(folder, 'lib/libpq.so.5'), 'utf8')).toBe('library');
  });
});
