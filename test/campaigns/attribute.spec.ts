import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '#libs/testing';
import { Fleet } from '../troubles/fleet.js';

const N = 6;
const say = (line: string) => fs.appendFileSync('/tmp/attribute.txt', line + '\n');

it('attributes', async () => {
  const fleet = await Fleet.start();
  try {
    await fleet.pair(N);
    let label = 0;
    const round = async (what: string, work: () => Promise<unknown>) => {
      const began = performance.now();
      const texts: { text: string; to: string; answer: string }[] = [];
      const name = `r${++label}`;
      await fleet.phones.post('/v1/sandbox/load/traffic', { label: name, perSecond: 10, seconds: 600 });
      let stop = false;
      const sending = (async () => {
        const all: Promise<void>[] = [];
        for (let n = 0; !stop; n++, await sleep(200)) {
          const instance = fleet.instances[n % N]!;
          const t = { text: `${name}-o${n}`, to: fleet.friends[n % 3]!, answer: '' };
          texts.push(t);
          all.push((async () => {
            for (const h of fleet.holders) {
              const a = await h.client.post<{ code?: string; status?: string }>(`/v1/instances/${instance.id}/messages`, { to: t.to, type: 'text', text: t.text }).catch((e: Error) => ({ status: 0, body: { code: String((e.cause as { code?: string })?.code ?? e.message) } as { code?: string; status?: string } }));
              t.answer = `${a.status} ${a.body.code ?? a.body.status}`;
              if (a.body.code !== 'session-elsewhere') return;
            }
          })());
        }
        await Promise.all(all);
      })();
      await sleep(1500);
      await work();
      await sleep(1500);
      stop = true;
      await fleet.phones.delete('/v1/sandbox/load/traffic').catch(() => 0);
      await fleet.phones.delete('/v1/sandbox/faults').catch(() => 0);
      await sending;
      await until('whole', async () => (await fleet.connected()) === N && (await fleet.loggedIn()) === N, 60_000).catch((e: Error) => say(`  ${e.message}`));
      // what was lost on its way comes after a login
      await fleet.phones.post('/v1/sandbox/faults', { kind: 'storm', percent: 100 });
      await sleep(1000);
      await until('whole again', async () => (await fleet.connected()) === N && (await fleet.loggedIn()) === N, 60_000).catch((e: Error) => say(`  ${e.message}`));
      await until('nothing on its way', async () => (await fleet.superuser.look(`SELECT 1 FROM sandbox.stanzas WHERE answer LIKE 'message|%'`)).length === 0, 40_000).catch((e: Error) => say(`  ${e.message}`));
      await sleep(300);
      const rows = await fleet.superuser.look<{ status: string; kept: boolean; n: number }>(`SELECT status, EXISTS (SELECT 1 FROM messages m WHERE m.whatsapp_id = s.id) AS kept, count(*)::int AS n FROM sandbox.messages s WHERE direction = 'out' AND text LIKE '${name}#%' GROUP BY 1, 2 ORDER BY 1, 2`);
      const shown = await fleet.superuser.look<{ text: string; n: number }>(`SELECT text, count(*)::int AS n FROM sandbox.messages WHERE direction = 'in' AND text LIKE '${name}-o%' GROUP BY 1`);
      const byText = new Map(shown.map(({ text, n }) => [text, n]));
      const out: Record<string, number> = {};
      for (const t of texts) { const k = `${t.answer} -> ${byText.get(t.text) ?? 0}`; out[k] = (out[k] ?? 0) + 1; }
      say(`${what} (${Math.round((performance.now() - began) / 1000)} s): in ${rows.map((r) => `${r.status}/${r.kept ? 'kept' : 'LOST'} ${r.n}`).join(', ')}; out ${JSON.stringify(out)}`);
    };
    const fault = (f: object) => fleet.phones.post('/v1/sandbox/faults', f);
    const times = (n: number, work: () => Promise<unknown>, gap = 700) => async () => { for (let i = 0; i < n; i++) { await work(); await sleep(gap); } };
    say(`--- ${new Date().toISOString()}`);
    await round('nothing', () => sleep(2000));
    await round('drop x6', times(6, () => fault({ kind: 'drop' })));
    await round('stream_503 x4', times(4, () => fault({ kind: 'stream_503' })));
    await round('restart_515 x4', times(4, () => fault({ kind: 'restart_515' })));
    await round('latency 300', async () => { await fault({ kind: 'latency', milliseconds: 300, seconds: 4 }); await sleep(2000); await fault({ kind: 'drop' }); await sleep(2500); });
    await round('blackhole 3', async () => { await fault({ kind: 'blackhole', seconds: 3 }); await sleep(3500); });
    await round('lost', async () => { await fault({ kind: 'delivery_lost', seconds: 3 }); await sleep(3500); });
    await round('doubled', async () => { await fault({ kind: 'delivery_doubled', seconds: 3 }); await sleep(3500); });
    await round('reversed', async () => { await fault({ kind: 'delivery_reversed', seconds: 3 }); await sleep(1000); await fault({ kind: 'drop' }); await sleep(2500); });
    await round('database cut all x4', times(4, async () => { for (const d of [...fleet.hosts.map((h) => h.door), fleet.sandboxDoor]) d.cutAll(); }));
    await round('database cut holders x4', times(4, async () => { for (const h of fleet.holders) h.door.cutAll(); }));
    await round('database blocked all 3 s', async () => { const ds = [...fleet.hosts.map((h) => h.door), fleet.sandboxDoor]; ds.forEach((d) => d.block()); await sleep(3000); ds.forEach((d) => d.unblock()); });
    await round('database blocked holders 7 s', async () => { const ds = fleet.holders.map((h) => h.door); ds.forEach((d) => d.block()); await sleep(7000); ds.forEach((d) => d.unblock()); });
    await round('database restarted', () => fleet.server.restart());
    await round('frozen 3', async () => { fleet.first.freeze(); await sleep(3000); fleet.first.thaw(); });
    await round('frozen 12', async () => { fleet.first.freeze(); await sleep(12000); fleet.first.thaw(); });
    await round('SIGTERM', async () => { await fleet.second.process.stop(); await fleet.second.start(); });
    await round('kill', async () => { fleet.second.process.signal('SIGKILL'); await fleet.second.process.exit(); await fleet.second.start(); });
    await round('sandbox killed', () => fleet.cluster.restartSandbox('SIGKILL'));
    await round('sandbox ended', () => fleet.cluster.restartSandbox('SIGTERM'));
  } finally {
    if (process.env.CAMPAIGN_DEBUG) fs.writeFileSync(process.env.CAMPAIGN_DEBUG, fleet.cluster.output);
    await fleet.end();
  }
}, 900_000);
