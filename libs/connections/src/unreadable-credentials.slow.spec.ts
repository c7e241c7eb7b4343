import { type InstanceId, newId, type NodeId, uuidOf } from '#libs/contracts';
import { InstanceKeyMissing, InstanceKeyUnreadable, MasterKeyMissing, type TenantTx } from '#libs/platform';
import { TestGround, type TestTenant } from '#libs/testing';
import type { SocketClose } from './plan-reconnect.js';
import type { SessionClaim, SessionClaims } from './session-claims.js';
import type { SessionRecords } from './session-records.js';

// counted, and otherwise as it is: whoever makes new credentials does it through this one function
const engine = await import('./whatsapp-engine.js');
let made = 0;
const { unstable_mockModule } = import.meta.jest as unknown as { unstable_mockModule(this: void, module: string, made: () => object): void };
unstable_mockModule('./whatsapp-engine.js', () => ({ ...engine, newCredentials: () => (made++, engine.newCredentials()) }));
const { ConnectionRecorder } = await import('./connection-recorder.js');
const { ConnectionsRepository } = await import('./connections.repository.js');
const { CredentialsRepository } = await import('./credentials.repository.js');
const { CredentialsStore } = await import('./credentials-store.js');
const { NodesRepository } = await import('./nodes.repository.js');
const claimsModule = await import('./session-claims.js');
const recordsModule = await import('./session-records.js');
const { SignalKeysRepository } = await import('./signal-keys.repository.js');
const { SignalMemory } = await import('./signal-memory.js');

/** A line that breaks, each time, before the credentials are asked for or after. */
class BreakingCredentials extends CredentialsRepository {
  moment: 'before' | 'after' | null = null;
  /** ends the connection with this process id of the database */
  end: (pid: number) => Promise<unknown> = () => Promise.resolve();

  override async raiseEpoch(tx: TenantTx, instanceId: InstanceId) {
    const [backend] = await tx.query<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
    if (this.moment === 'before') await this.end(backend!.pid);
    const stored = await super.raiseEpoch(tx, instanceId);
    if (this.moment === 'after') await this.end(backend!.pid);
    return stored;
  }
}

const PHONE = '5511987654321';
const closed = (code: number): SocketClose => ({ code, qrEnded: false, otherNumber: false, networkFault: false, expiresInSeconds: null });
type Member = Pick<SessionClaim, 'tenantId' | 'instanceId'>;
type Undo = () => Promise<unknown>;

describe('credentials that cannot be had', () => {
  let ground: TestGround;
  let tenant: TestTenant;
  let claims: SessionClaims;
  let records: SessionRecords;
  let node: NodeId;
  let count = 0;

  beforeAll(async () => {
    ground = await TestGround.start({
      providers: [
        ...[ConnectionsRepository, SignalKeysRepository, NodesRepository, ConnectionRecorder, CredentialsStore, SignalMemory],
        ...[claimsModule.SessionClaims, recordsModule.SessionRecords, { provide: CredentialsRepository, useClass: BreakingCredentials }],
      ],
    });
    tenant = await ground.tenant();
    claims = ground.get(claimsModule.SessionClaims);
    records = ground.get(recordsModule.SessionRecords);
    node = newId('nod');
    await ground.get(NodesRepository).register({ id: node, name: 'test', place: null, capacity: 1, environments: ['live', 'test'] }, 600_000);
  });
  afterAll(() => ground.close());

  const neverPaired = async (): Promise<Member> => {
    const { id } = (await tenant.client.post<{ id: InstanceId }>('/v1/instances', { name: `shop ${count++}` })).body;
    await tenant.client.post(`/v1/instances/${id}/start`);
    return { tenantId: tenant.id, instanceId: id };
  };
  /** Paired, connected, and then its connection ended with this code. */
  const pairedAndClosed = async (code: number): Promise<Member> => {
    const member = await neverPaired();
    const pairing = (await claims.claim(member, node))!;
    pairing.credentials.account = {};
    await records.paired(pairing, engine.encodeJson(pairing.credentials), PHONE);
    await records.ended(pairing, closed(515), true);
    const login = (await claims.claim(member, node))!;
    await records.opened(login, 'Ana');
    await records.ended(login, closed(code), true);
    await dueNow(member);
    return member;
  };
  const disconnected = () => pairedAndClosed(428);
  const loggedOut = () => pairedAndClosed(401);

  const look = <T extends object>(sql: string, { instanceId }: Member) => ground.superuser.look<T>(sql, uuidOf(instanceId));
  const dueNow = (member: Member) => look('UPDATE connections SET retry_at = NULL, halted_seq = NULL WHERE instance_id = $1', member);
  const kept = async (member: Member) => [
    await look('SELECT * FROM wa_credentials WHERE instance_id = $1', member),
    await look('SELECT * FROM wa_signal_keys WHERE instance_id = $1 ORDER BY id_hash', member),
    await look('SELECT * FROM instance_payload WHERE instance_id = $1', member),
    await look('SELECT type, seq FROM journal WHERE instance_id = $1 ORDER BY seq', member),
  ];
  const attempts = async (member: Member) => {
    const [row] = await look<{ n: number; ms: number; owner_node: string | null }>(
      'SELECT attempts AS n, owner_node, EXTRACT(EPOCH FROM retry_at - clock_timestamp())::float8 * 1000 AS ms FROM connections WHERE instance_id = $1', member);
    return row;
  };
  /** Changes columns of a row of the instance; the undo puts back what was there. */
  const change = (table: 'wa_credentials' | 'instance_payload', column: string, value: string) => async (member: Member): Promise<Undo> => {
    const [row] = await look<Record<string, unknown>>(`SELECT ${column} AS value FROM ${table} WHERE instance_id = $1`, member);
    await look(`UPDATE ${table} SET ${column} = ${value} WHERE instance_id = $1`, member);
    return () => ground.superuser.look(`UPDATE ${table} SET ${column} = $2 WHERE instance_id = $1`, uuidOf(member.instanceId), row!.value);
  };
  /** Removes a row of the instance. */
  const remove = (table: 'wa_credentials' | 'instance_payload') => async (member: Member): Promise<Undo> => {
    const [{ row }] = (await look<{ row: string }>(`DELETE FROM ${table} WHERE instance_id = $1 RETURNING to_jsonb(${table})::text AS row`, member)) as [{ row: string }];
    return () => ground.superuser.look(`INSERT INTO ${table} SELECT * FROM jsonb_populate_record(NULL::${table}, $1::jsonb)`, row);
  };
  const breakTheLine = (moment: 'before' | 'after') => async (): Promise<Undo> => {
    const credentials = ground.get(CredentialsRepository) as BreakingCredentials;
    credentials.end = (pid) => ground.superuser.look('SELECT pg_terminate_backend($1, 1000)', pid);
    credentials.moment = moment;
    return async () => (credentials.moment = null);
  };

  const FLIPPED = 'set_byte(ciphertext, length(ciphertext) - 1, get_byte(ciphertext, length(ciphertext) - 1) # 1)';
  const ANOTHERS = 'COALESCE((SELECT max(c.ciphertext) FROM wa_credentials c WHERE c.instance_id <> wa_credentials.instance_id), ciphertext)';
  type Fault = [string, (member: Member) => Promise<Undo>, RegExp | (new (...args: never[]) => Error)];
  const OF_THE_ROW: Fault[] = [
    ['one bit of them is another', change('wa_credentials', 'ciphertext', FLIPPED), /authenticate/],
    ['they are cut short', change('wa_credentials', 'ciphertext', 'substr(ciphertext, 1, 40)'), /authenticate/],
    ['they are empty', change('wa_credentials', 'ciphertext', `''`), /./],
    ["they are another instance's", change('wa_credentials', 'ciphertext', ANOTHERS), /authenticate/],
    ['their row is gone', remove('wa_credentials'), claimsModule.CredentialsMissing],
  ];
  const EMPTIED: Fault = ['there is nothing in their row', change('wa_credentials', 'ciphertext', 'NULL'), claimsModule.CredentialsMissing];
  const OF_THE_KEY: Fault[] = [
    ['their key is gone', remove('instance_payload'), InstanceKeyMissing],
    ['their key is damaged', change('instance_payload', 'wrapped_key', `set_byte(wrapped_key, 0, get_byte(wrapped_key, 0) # 1)`), InstanceKeyUnreadable],
    ['their key is under a master key that this process does not have', change('instance_payload', 'master_key_id', `'0123456789abcdef'`), MasterKeyMissing],
    ['the line to the database breaks before they are read', breakTheLine('before'), /connection to the database is lost/],
    ['the line to the database breaks while they are read', breakTheLine('after'), /connection to the database is lost/],
  ];

  /** The attempt fails, three times, later each time; nothing of the instance is another and nobody has made anything. */
  const staysAsItIs = async (member: Member, said: Fault[2]) => {
    const before = await kept(member);
    const [already] = [(await attempts(member))?.n ?? 0];
    made = 0;
    for (let n = 0; n < 3; n++) {
      await expect(claims.claim(member, node)).rejects.toThrow(said);
      await claims.postpone(member);
      const { ms, ...row } = (await attempts(member))!;
      expect(row).toEqual({ n: already + n + 1, owner_node: null });
      expect(ms).toBeGreaterThan(1_000 * 2 ** (already + n) - 900);
      expect(await claims.claim(member, node)).toBeNull();
      await dueNow(member);
    }
    expect(await kept(member)).toEqual(before);
    expect(made).toBe(0);
  };

  it.each([...OF_THE_ROW, EMPTIED, ...OF_THE_KEY])('because %s: an error, later again, and no new ones; mended, it logs in with what it had', async (_why, fault, said) => {
    const member = await disconnected();
    await disconnected(); // of another instance
    const [stored] = await look<{ ciphertext: Buffer }>('SELECT ciphertext FROM wa_credentials WHERE instance_id = $1', member);
    const mend = await fault(member);
    await staysAsItIs(member, said);
    await mend();
    expect(await claims.claim(member, node)).toMatchObject({ pairing: false, credentials: { account: {} } });
    expect(made).toBe(0);
    expect(await look('SELECT ciphertext FROM wa_credentials WHERE instance_id = $1', member)).toEqual([stored]);
  });

  it.each([...OF_THE_ROW, ...OF_THE_KEY])('although they are revoked, because %s: not even then', async (_why, fault, said) => {
    const member = await loggedOut();
    await loggedOut();
    const mend = await fault(member);
    await staysAsItIs(member, said);
    await mend();
    expect(await claims.claim(member, node)).toMatchObject({ pairing: true });
    expect(made).toBe(1);
  });

  it.each(OF_THE_KEY)('of an instance that was never paired, because %s: it is not paired either', async (_why, fault, said) => {
    const member = await neverPaired();
    const mend = await fault(member);
    const before = await kept(member);
    made = 0;
    await expect(claims.claim(member, node)).rejects.toThrow(said);
    await claims.postpone(member);
    expect((await attempts(member))?.n).toBe(1);
    await dueNow(member);
    expect([await kept(member), made]).toEqual([before, 0]);
    await mend();
    expect(await claims.claim(member, node)).toMatchObject({ pairing: true });
  });

  it('the wait between two attempts grows to two minutes and no further', async () => {
    const member = await disconnected();
    await change('wa_credentials', 'ciphertext', FLIPPED)(member);
    const waits: number[] = [];
    for (let n = 0; n < 10; n++) {
      await claims.postpone(member);
      waits.push(Math.round((await attempts(member))!.ms / 1_000));
      await dueNow(member);
    }
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(waits.at(-1)).toBe(120);
  });
});
