import path from 'node:path';
import ts from 'typescript';

const HERE = import.meta.dirname;
const PRELUDE = `
import type { InstanceId, LifecycleEvent } from '#libs/contracts';
import type { TenantTx } from '../database/tenant-tx.js';
import { OnLifecycle, type Woken } from '../jobs/on-lifecycle.js';
import type { Journal } from './journal.js';
declare const journal: Journal; declare const tx: TenantTx; declare const instanceId: InstanceId;
const actor = { kind: 'system', id: 'test' } as const;
`;

const APPENDS: [string, string, boolean][] = [
  ['an event with its data', `journal.append(tx, { type: 'connection.opened', instanceId, actor, data: { cycle: 1 } })`, true],
  ['an event with its personal data', `journal.append(tx, { type: 'instance.renamed', instanceId, actor, data: {}, personal: { name: 'a' } })`, true],
  ['an event of a tenant', `journal.appendOfTenant(tx, { type: 'tenant.created', actor, data: {} })`, true],
  ['an unknown event', `journal.append(tx, { type: 'instance.exploded', instanceId, actor, data: {} })`, false],
  ["another event's data", `journal.append(tx, { type: 'connection.opened', instanceId, actor, data: { reason: 'banned' } })`, false],
  ['data with one field too many', `journal.append(tx, { type: 'connection.opened', instanceId, actor, data: { cycle: 1, name: 'a' } })`, false],
  ['data where there is none', `journal.append(tx, { type: 'instance.started', instanceId, actor, data: { at: 1 } })`, false],
  ['a reason outside the closed set', `journal.append(tx, { type: 'connection.closed', instanceId, actor, data: { reason: 'bored', code: null, until: null } })`, false],
  ['an event without its personal data', `journal.append(tx, { type: 'instance.renamed', instanceId, actor, data: {} })`, false],
  ['personal data in the clear', `journal.append(tx, { type: 'instance.renamed', instanceId, actor, data: { name: 'a' }, personal: { name: 'a' } })`, false],
  ['an event without an instance', `journal.append(tx, { type: 'instance.started', actor, data: {} })`, false],
  ['an id of another kind', `journal.append(tx, { type: 'instance.started', instanceId: 'ten_01' as const, actor, data: {} })`, false],
  ["a tenant's event as an instance's", `journal.append(tx, { type: 'tenant.created', instanceId, actor, data: {} })`, false],
  ['an event outside a transaction', `journal.append(undefined, { type: 'instance.started', instanceId, actor, data: {} })`, false],
];

const handler = (events: string, method: string) => `class Subscriber { @OnLifecycle(${events}, { queue: 'q' }) ${method} }; void Subscriber`;
const collapsing = (method: string) => `class Subscriber { @OnLifecycle('instance.started', { queue: 'q', collapse: true }) ${method} }; void Subscriber`;
const HANDLERS: [string, string, boolean][] = [
  ['of its event', handler(`'connection.closed'`, `async on({ data }: LifecycleEvent<'connection.closed'>): Promise<void> { void data.reason }`), true],
  ['of several events', handler(`['instance.started', 'instance.stopped']`, `async on(event: LifecycleEvent<'instance.started' | 'instance.stopped'>): Promise<void> { void event.instanceId }`), true],
  ['of any event', handler(`'instance.started'`, `async on(event: LifecycleEvent): Promise<void> { void event.id }`), true],
  ['that needs nothing of it', handler(`'instance.started'`, `async on(): Promise<void> {}`), true],
  ['of another event', handler(`'instance.started'`, `async on(event: LifecycleEvent<'connection.closed'>): Promise<void> { void event }`), false],
  ['of one event out of two', handler(`['instance.started', 'connection.closed']`, `async on(event: LifecycleEvent<'connection.closed'>): Promise<void> { void event }`), false],
  ['of an unknown event', handler(`'instance.exploded'`, `async on(): Promise<void> {}`), false],
  ['that collapses, of whom it is', collapsing(`async on({ instanceId }: Woken<'instance.started'>): Promise<void> { void instanceId }`), true],
  ['that collapses and wants to know which event it was', collapsing(`async on(event: LifecycleEvent<'instance.started'>): Promise<void> { void event.id }`), false],
  ['that nobody can wait for', handler(`'instance.started'`, `on(): void {}`), false],
];

/** Compiles every snippet as a file of its own, in one program. Gives the numbers of those that have errors. */
function compile(snippets: string[]): boolean[] {
  const config = ts.getParsedCommandLineOfConfigFile(path.resolve(HERE, '../../../../tsconfig.json'), { noEmit: true, incremental: false }, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: () => undefined,
  });
  const { tsBuildInfoFile: _none, ...options } = config!.options;
  const files = new Map(snippets.map((snippet, n) => [path.join(HERE, `snippet-${n}.ts`), `${PRELUDE}${snippet};\nexport {};`]));
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (name) => files.get(name) ?? readFile(name);
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.getSourceFile = (name, target, ...rest) => {
    const text = files.get(name);
    return text === undefined ? getSourceFile(name, target, ...rest) : ts.createSourceFile(name, text, target);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files.keys()].map((name) => ts.getPreEmitDiagnostics(program, program.getSourceFile(name)).length === 0);
}

describe('the compiler', () => {
  const all = [...APPENDS, ...HANDLERS];
  let compiles: boolean[];
  beforeAll(() => {
    compiles = compile(all.map(([, snippet]) => snippet));
  }, 60_000);

  it.each(APPENDS)('lets the journal take, or not, %s', (what, _snippet, expected) => {
    expect(compiles[all.findIndex(([name]) => name === what)]).toBe(expected);
  });

  it.each(HANDLERS)('accepts, or not, a handler %s', (what, _snippet, expected) => {
    expect(compiles[all.findIndex(([name]) => name === what)]).toBe(expected);
  });
});
