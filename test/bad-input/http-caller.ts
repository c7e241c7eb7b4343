import http from 'node:http';
import type { BadRequest } from './bad-request.js';

export interface Heard {
  status: number;
  contentType: string;
  text: string;
  ms: number;
}

const PATIENCE_MS = 10_000;

/** Sends what fetch would refuse to send or would repair: any path, method, header and body. */
export class HttpCaller {
  private readonly agent = new http.Agent({ keepAlive: true, maxSockets: 8 });

  constructor(private readonly baseUrl: string) {}

  /** A status of 0: no answer came. */
  call({ method, path, headers, body }: Pick<BadRequest, 'method' | 'path' | 'headers' | 'body'>): Promise<Heard> {
    const { hostname, port } = new URL(this.baseUrl);
    const began = performance.now();
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    return new Promise((resolve) => {
      const done = (status: number, contentType: string, text: string) => resolve({ status, contentType, text, ms: performance.now() - began });
      const request = http.request({ hostname, port, method, path, agent: this.agent, headers: { ...headers, ...length } }, (response) => {
        // a stream has answered when it begins
        if (response.headers['content-type']?.startsWith('text/event-stream')) {
          done(response.statusCode ?? 0, response.headers['content-type'], '');
          return void request.destroy();
        }
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => done(response.statusCode ?? 0, response.headers['content-type'] ?? '', Buffer.concat(chunks).toString()));
        response.on('error', (error) => done(0, '', error.message));
      });
      request.setTimeout(PATIENCE_MS, () => request.destroy(new Error('no answer in time')));
      request.on('error', (error) => done(0, '', error.message));
      request.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
