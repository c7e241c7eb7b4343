import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { newId } from '#libs/contracts';
import { jsonFault } from './check-json.js';
import { MalformedRequest } from './http.errors.js';
import { type FieldFault, problemBody } from './problem.js';
import { problemHeaders, problemOf } from './problem.filter.js';

const BODY_LIMIT = 256 * 1024;
/** Until a request has arrived whole. Whoever promises a body and never sends it must not hold a connection for ever. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Fastify that takes JSON objects and nothing else; created with Nest's `bodyParser: false`, which would add forms. */
export function fastifyAdapter(trustedProxies?: string): FastifyAdapter {
  const adapter = new FastifyAdapter({
    trustProxy: trustedProxies?.split(',').map((network) => network.trim()) ?? false,
    bodyLimit: BODY_LIMIT,
    // HttpDrain answers what arrives while the server closes, with a Problem
    return503OnClosing: false,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { ignoreTrailingSlash: true },
    genReqId: () => newId('req'),
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) => sendProblem(error, request, reply),
    clientErrorHandler: answerGarbage,
    // Node answers this one with an empty 400; it is refused below, in words
    http: { requireHostHeader: false },
  });
  parseJsonObjectsOnly(adapter);
  refuseWithoutHost(adapter);
  checkQueries(adapter);
  refuseExpectations(adapter);
  return adapter;
}

function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemOf(error, request.id);
  const body = JSON.stringify(problemBody(problem, request.url));
  void reply.code(problem.doc.status).headers(problemHeaders(problem)).send(body);
}

function parseJsonObjectsOnly(adapter: FastifyAdapter): void {
  const server = adapter.getInstance();
  server.removeContentTypeParser(['application/json', 'text/plain']);
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, bytes, done) => {
    try {
      done(null, parseObject(decode(bytes as Buffer)));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** HTTP/1.1 wants to know which host is meant (RFC 9112). */
function refuseWithoutHost(adapter: FastifyAdapter): void {
  adapter.getInstance().addHook('onRequest', ({ raw }, _reply, done) => {
    const missing = raw.httpVersion === '1.1' && raw.headers.host === undefined;
    done(missing ? new MalformedRequest('The header Host is missing.') : undefined);
  });
}

/** `Expect: 100-continue` is Node's to answer; anything else nobody can meet. */
function refuseExpectations(adapter: FastifyAdapter): void {
  adapter.getInstance().server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    const problem = new MalformedRequest('Nothing but 100-continue can be expected.');
    const body = JSON.stringify({ ...problemBody(problem, request.url ?? ''), status: 417 });
    const headers = { 'content-type': 'application/problem+json', 'content-length': Buffer.byteLength(body), connection: 'close' };
    response.writeHead(417, headers).end(body);
  });
}

/** What a query string can smuggle in is what a body can. Every answer names its request, which the log and the journal know. */
function checkQueries(adapter: FastifyAdapter): void {
  adapter.getInstance().addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    const fault = jsonFault(request.query);
    done(fault ? unbearable('query', fault) : undefined);
  });
}

function parseObject(text: string): object | undefined {
  if (text === '') return undefined;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new MalformedRequest('The body is not JSON.');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new MalformedRequest('The body must be one JSON object.');
  const fault = jsonFault(body);
  if (fault) throw unbearable('body', fault);
  return body;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes that are no UTF-8 must not become question marks in somebody's name. */
function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new MalformedRequest('The body is not encoded as UTF-8.');
  }
}

function unbearable(part: string, fault: FieldFault): MalformedRequest {
  return new MalformedRequest(`The ${part} cannot be taken: ${fault.pointer || 'it'} ${fault.detail}.`, { errors: [fault] });
}

/** What is not HTTP at all never reaches a route: answered on the socket itself. */
function answerGarbage(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const [status, text] = STATUS_OF[error.code ?? ''] ?? [400, 'Bad Request'];
  const body = JSON.stringify({ ...problemBody(new MalformedRequest(text), ''), status });
  const head = `HTTP/1.1 ${status} ${text}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}`;
  socket.end(`${head}\r\nConnection: close\r\n\r\n${body}`);
}

const STATUS_OF: Record<string, [number, string]> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
};
