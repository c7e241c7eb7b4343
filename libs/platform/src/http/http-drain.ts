import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Draining } from '../process/draining.js';
import { Unavailable } from './http.errors.js';

/** How long requests in flight may take when everything stops. */
const FINISH_MS = 10_000;
const LOOK_MS = 100;

/**
 * Ends the HTTP side of a stop first, while everything that a request may need is still there: no new connection, what is being worked on
 * gets its answer within ten seconds, and connections on which nothing is asked end.
 */
@Injectable()
export class HttpDrain implements OnModuleInit, OnModuleDestroy {
  private closing = false;
  private readonly connections = new Set<Socket>();
  private readonly log = new Logger(HttpDrain.name);

  constructor(
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    private readonly draining: Draining,
  ) {}

  onModuleInit(): void {
    this.server.server.on('connection', (socket: Socket) => this.remember(socket));
    this.server.addHook('onRequest', (request, reply, done) => done(this.refusal(request, reply)));
    this.server.addHook('onSend', (_request, reply, payload, done) => {
      // whoever keeps the connection would ask here again
      if (this.draining.begun) void reply.header('connection', 'close');
      done(null, payload);
    });
  }

  async onModuleDestroy(): Promise<void> {
    this.draining.begin();
    this.closing = true;
    const look = setInterval(() => this.endUnused(), LOOK_MS);
    const bound = setTimeout(() => this.endAll(), FINISH_MS);
    await this.host.httpAdapter.close();
    // of a name such as localhost Fastify listens on every address, and waits for one
    while (this.connections.size > 0) await sleep(LOOK_MS / 10);
    clearInterval(look);
    clearTimeout(bound);
  }

  private get server(): FastifyInstance {
    return this.host.httpAdapter.getInstance<FastifyInstance>();
  }

  private remember(socket: Socket): void {
    if (this.connections.has(socket)) return;
    this.connections.add(socket);
    socket.once('close', () => this.connections.delete(socket));
  }

  private refusal({ raw }: FastifyRequest, reply: FastifyReply): Unavailable | undefined {
    this.remember(raw.socket);
    if (!this.closing) return undefined;
    void reply.header('retry-after', '1');
    return new Unavailable(`The server is stopping; ${raw.method} was not carried out.`);
  }

  /** Those between two requests, and those that never sent anything: Node counts these as busy. */
  private endUnused(): void {
    this.server.server.closeIdleConnections();
    for (const socket of this.connections) if (socket.bytesRead === 0) socket.destroy();
  }

  private endAll(): void {
    this.log.warn(`${this.connections.size} connections are cut: their requests have taken more than ${FINISH_MS / 1000} s`);
    for (const socket of this.connections) socket.destroy();
  }
}
