import fs from 'node:fs';
import path from 'node:path';
import { type ApiClient, Superuser, until } from '#libs/testing';
import { TestApplication } from '../setup/test-application.js';
import { standingRows, untilQuiet } from '../setup/until-quiet.js';
import { type Operation, operationsOf } from '../document/api-document.js';
import { readDocument } from '../document/read-document.js';
import { type BadRequest, describe } from './bad-request.js';
import { type Ground, validBody } from './bad-requests.js';
import { HttpCaller } from './http-caller.js';
import { Judge } from './judge.js';
import { LogRecorder } from './log-recorder.js';
import { fillPath, preparePlace } from './places.js';
import { Tally } from './tally.js';

const ERRORS = path.resolve(import.meta.dirname, '../../docs/errors.md');
const LANES = 5;

/** What WhatsApp answers to a good request, and what a machine does that is too busy: neither is about a request. */
const EXPECTED = /WhatsApp (did not acknowledge|refused) the message|the lease of this node is lost/;
const STOOD_STILL = /the lease of this node is lost/;

/** The whole product with two tenants to send bad requests to: one whose rows must not change, and one whose rows may. */
export class BadInputWorld {
  readonly tally = new Tally();
  private readonly log = new LogRecorder();
  private stoodStill = false;
  private readonly judge: Judge;
  private readonly caller: HttpCaller;

  private constructor(
    readonly test: TestApplication,
    readonly superuser: Superuser,
    readonly ground: Ground,
  ) {
    this.judge = new Judge(ground.document, ground.operations, fs.readFileSync(ERRORS, 'utf8'));
    this.caller = new HttpCaller(test.url);
    test.app.useLogger(this.log);
  }

  static async start(): Promise<BadInputWorld> {
    const test = await TestApplication.start();
    const document = await readDocument(test);
    const operations = operationsOf(document);
    const quiet = await preparePlace(test, 'Quiet', '5511999990001');
    const busy = await preparePlace(test, 'Busy', '5511999990002');
    const operatorKey = Reflect.get(test.operator, 'key') as string;
    const operatorOnly = await findOperatorOnly(operations, quiet.client);
    return new BadInputWorld(test, new Superuser(test.database), { document, operations, quiet, busy, operatorKey, operatorOnly });
  }

  /** Sends one request. @throws with everything that is wrong with the answer */
  async send(request: BadRequest): Promise<void> {
    const faults = await this.faultsOf(request);
    if (faults.length > 0) throw new Error(`${describe(request)}\n  ${faults.join('\n  ')}`);
  }

  /** Sends them all, some at a time. @throws with everything that is wrong with an answer */
  sendAll(requests: BadRequest[]): Promise<void> {
    return this.eachOf(requests, (request) => this.send(request));
  }

  async eachOf(requests: BadRequest[], work: (request: BadRequest) => Promise<void>): Promise<void> {
    for (let at = 0; at < requests.length; at += LANES) await Promise.all(requests.slice(at, at + LANES).map(work));
  }

  untilQuiet(): Promise<void> {
    return untilQuiet(this.superuser);
  }

  /** Whether this process stood still for so long that its sessions began anew: they have when this is answered, and whatever that changed is of nobody's request. */
  async hasBegunAnew(): Promise<boolean> {
    if (!this.stoodStill) return false;
    this.stoodStill = false;
    await until('the sessions to be back', async () => (await this.superuser.look(`SELECT 1 FROM connections WHERE state <> 'connected'`)).length === 0);
    await this.untilQuiet();
    return true;
  }

  /** What is wrong with the answer; empty when nothing is. */
  async faultsOf(request: BadRequest): Promise<string[]> {
    const heard = await this.caller.call(request);
    this.tally.add(request, heard, this.judge.documents(request, heard.status));
    const lines = this.log.errors.splice(0);
    this.stoodStill ||= lines.some((line) => STOOD_STILL.test(line));
    const logged = lines.filter((line) => !EXPECTED.test(line)).map((line) => `the log says: ${line.slice(0, 2_000)}`);
    return [...this.judge.faultsOf(request, heard), ...logged];
  }

  /** Valid requests of every operation, as the document shows them, sent by the tenant whose rows may change. */
  examples(): BadRequest[] {
    const { operations, document, busy } = this.ground;
    return operations.map((operation) => ({
      operationId: operation.operationId,
      kind: 'example',
      method: operation.method,
      path: fillPath(operation.path, busy),
      headers: { authorization: `Bearer ${this.keyFor(operation)}`, 'content-type': 'application/json' },
      ...(operation.body && { body: validBody(operation, document)! }),
      expect: { verdict: 'either' },
    }));
  }

  /** A hash of the rows of every table, or only of those of the tenant whose rows must not change. */
  rows(whose: 'all' | 'quiet'): Promise<Record<string, string>> {
    return whose === 'quiet' ? this.superuser.fingerprintButAttempts(this.ground.quiet.tenantId) : standingRows(this.superuser);
  }

  async close(): Promise<void> {
    this.caller.close();
    await this.superuser.end();
    await this.test.close();
  }

  private keyFor({ operationId }: Operation): string {
    return this.ground.operatorOnly.has(operationId) ? this.ground.operatorKey : this.ground.busy.key;
  }
}

/** Asked for nothing and with a body that is not valid, so that nothing happens: the key is looked at first. */
async function findOperatorOnly(operations: Operation[], client: ApiClient): Promise<Set<string>> {
  const found = new Set<string>();
  for (const { method, path: template, operationId } of operations) {
    const asked = await client.send<{ detail?: string }>(method, template.replaceAll(/\{\w+\}/g, 'nothing'), method === 'GET' ? undefined : { nothing: 1 });
    if (asked.status === 403 && asked.body.detail?.includes('operator')) found.add(operationId);
  }
  return found;
}
