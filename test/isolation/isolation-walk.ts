import { type ApiDocument, type Operation, operationsOf, parametersIn, type Schema } from '../document/api-document.js';
import { exampleBody } from '../document/example-of.js';
import type { Side } from './belongings.js';
import { type ForeignValue, foreignValues, secretsOf } from './foreign-values.js';

interface Reply {
  status: number;
  text: string;
}

interface Parts {
  id?: string;
  query?: Record<string, string>;
  body?: object;
}

/** Which values are of the kind that a path asks for. A route of a new kind is tried with all of them. */
const KINDS: [prefix: string, kind: ForeignValue['kind']][] = [
  ['/v1/instances/', 'instance'],
  ['/v1/api-keys/', 'key'],
  ['/v1/tenants/', 'tenant'],
  ['/v1/sandbox/phones/', 'phone'],
  ['/v1/retention-policy/versions/', 'version'],
];

/** Goes through every operation as one caller, with everything that is somebody else's, and notes what it could see of it. */
export class IsolationWalk {
  readonly leaks: string[] = [];
  requests = 0;
  private readonly operations: Operation[];
  private readonly values: ForeignValue[];
  private readonly secrets: string[];
  private readonly answered = new Map<string, Reply>();

  constructor(
    private readonly document: ApiDocument,
    private readonly caller: Side,
    private readonly strangers: Side[],
  ) {
    this.operations = operationsOf(document);
    this.values = foreignValues(caller, strangers);
    this.secrets = secretsOf(caller, strangers);
  }

  /** Foreign ids in paths: answered like ids that nobody has. Nothing of it may change a row. */
  async tryPaths(): Promise<void> {
    for (const operation of this.operations.filter((other) => parametersIn(other, 'path').length > 0)) {
      const kind = KINDS.find(([prefix]) => operation.path.startsWith(prefix))?.[1];
      for (const value of this.values.filter((other) => kind === undefined || other.kind === kind)) {
        const [theirs, nobodys] = [await this.call(operation, { id: value.theirs }), await this.once(operation, { id: value.nobodys })];
        if (theirs.status < 400) this.note(operation, `${value.theirs} is answered with ${theirs.status}: ${theirs.text.slice(0, 200)}`);
        this.compare(operation, value, theirs, nobodys);
      }
    }
  }

  /** Foreign values in every parameter of every list and read: what they find is what a value that nobody has finds. */
  async tryQueries(): Promise<void> {
    for (const operation of this.operations.filter(({ method }) => method === 'GET')) {
      this.inspect(operation, await this.call(operation, {}), '');
      for (const { name, schema } of parametersIn(operation, 'query').filter((parameter) => isFreeText(parameter.schema) && parameter.name !== 'cursor')) {
        for (const value of this.values.filter(({ theirs }) => theirs.length <= (schema.maxLength ?? Infinity))) {
          for (const [dressed, other] of dress(name, value)) {
            this.compare(operation, value, await this.call(operation, { query: { [name]: dressed } }), await this.once(operation, { query: { [name]: other } }));
          }
        }
      }
    }
  }

  /** The cursors of others, at every list: they may be refused or used as a place to begin, and show nothing of theirs. */
  async tryCursors(): Promise<void> {
    const lists = this.operations.filter((operation) => parametersIn(operation, 'query').some(({ name }) => name === 'cursor'));
    const cursors = new Set<string>();
    for (const stranger of this.strangers) for (const operation of lists) cursors.add(await this.cursorOf(stranger, operation));
    cursors.delete('');
    if (cursors.size === 0) throw new Error('No list of anybody has a second page: nothing is tried');
    for (const operation of lists) for (const cursor of cursors) this.inspect(operation, await this.call(operation, { query: { cursor } }), cursor);
  }

  /** Foreign values in every text of a body: what they do is done to the caller's own, and what is answered shows nothing of theirs. */
  async tryBodies(): Promise<void> {
    for (const operation of this.operations.filter(({ body }) => body?.properties)) {
      // a change of one field is answered with the others as the caller has left them
      let left = '';
      for (const [name] of Object.entries(operation.body!.properties!).filter(([, schema]) => schema.type === 'string')) {
        let taken = '';
        for (const { theirs } of this.values) {
          const reply = await this.call(operation, { body: { [name]: theirs } });
          this.inspect(operation, reply, `${left} ${theirs}`);
          if (reply.status < 400) taken = theirs;
        }
        left += ` ${taken}`;
      }
    }
  }

  /** An idempotency key that somebody else has used: gives nothing of their answer. */
  async tryIdempotencyKeys(): Promise<void> {
    for (const stranger of this.strangers) {
      const key = `used-by-${stranger.tenantId}-${stranger.environment}-${this.caller.tenantId}-${this.caller.environment}`;
      const body = { name: `idempotent-${key.slice(-40)}`.slice(0, 90) };
      const send = ({ client }: Side) => client.send<{ id: string }>('POST', '/v1/instances', body, { 'idempotency-key': key });
      const [theirs, own] = [await send(stranger), await send(this.caller)];
      this.requests += 2;
      if (own.body.id === theirs.body.id) this.leaks.push(`POST /v1/instances: the idempotency key of ${stranger.who} gives their answer`);
    }
  }

  /** What nobody has is answered alike however often it is asked for. */
  private async once(operation: Operation, parts: Parts): Promise<Reply> {
    const key = `${operation.operationId} ${JSON.stringify(parts)}`;
    const reply = this.answered.get(key) ?? (await this.call(operation, parts));
    this.answered.set(key, reply);
    return reply;
  }

  private async call(operation: Operation, { id, query, body }: Parts): Promise<Reply> {
    const search = query ? `?${new URLSearchParams(query).toString()}` : '';
    const path = operation.path.replaceAll(/\{\w+\}/g, id ?? this.ownOf(operation)) + search;
    const sent = operation.method === 'GET' ? undefined : { ...(operation.body && exampleBody(operation.body, this.document)), ...body };
    const { status, body: reply } = await this.caller.client.send<unknown>(operation.method, path, sent);
    this.requests++;
    return { status, text: typeof reply === 'string' ? reply : JSON.stringify(reply) };
  }

  /** Something of the caller's own for the path, so that the rest of the request decides. */
  private ownOf({ path }: Operation): string {
    const { instances, keys, phones, shared, tenantId } = this.caller;
    const kind = KINDS.find(([prefix]) => path.startsWith(prefix))?.[1];
    const own = { instance: instances[1], key: keys[0], phone: phones[0], version: shared.versions[0], tenant: tenantId, text: 'nothing' };
    return own[kind ?? 'text'] ?? 'nothing';
  }

  private compare(operation: Operation, { theirs, nobodys }: ForeignValue, one: Reply, other: Reply): void {
    const neutral = ({ status, text }: Reply) => `${status} ${text.replaceAll(theirs, '?').replaceAll(encodeURIComponent(theirs), '?').replaceAll(nobodys, '?')}`.replaceAll(/"at":"[^"]*"/g, '');
    if (neutral(one) !== neutral(other)) this.note(operation, `${theirs} is told from what nobody has: ${neutral(one).slice(0, 300)} / ${neutral(other).slice(0, 300)}`);
    this.inspect(operation, one, theirs);
  }

  /** What the caller sent is no secret to them, and neither is what it contains. */
  private inspect(operation: Operation, { text }: Reply, sent: string): void {
    const shown = this.secrets.filter((secret) => text.includes(secret) && !sent.includes(secret));
    if (shown.length > 0) this.note(operation, `shows ${[...new Set(shown)].join(', ').slice(0, 300)}`);
  }

  private async cursorOf(stranger: Side, operation: Operation): Promise<string> {
    const own = new IsolationWalk(this.document, stranger, []);
    const { text } = await own.call(operation, { query: { limit: '1' } });
    return (JSON.parse(text) as { nextCursor?: string | null }).nextCursor ?? '';
  }

  private note({ method, path }: Operation, what: string): void {
    this.leaks.push(`${this.caller.who}: ${method} ${path} ${what}`);
  }
}

const isFreeText = ({ type, enum: choices }: Schema): boolean => type === 'string' && choices === undefined;

/** A label is looked for by its key and value. */
function dress(name: string, { theirs, nobodys }: ForeignValue): [string, string][] {
  return name === 'label' ? [[`team=${theirs}`, `team=${nobodys}`]] : [[theirs, nobodys]];
}
