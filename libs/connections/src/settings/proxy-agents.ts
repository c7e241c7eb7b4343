import http, { type AgentOptions, type ClientRequestArgs } from 'node:http';
import https from 'node:https';
import type net from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { Agent, buildConnector } from 'undici';
import type { SocketOptions } from '../whatsapp-engine.js';
import type { ProxyTunnel } from './proxy-tunnel.js';

type Done = (error: Error | null, stream: Duplex) => void;
/** The types of both agents leave out what they are given for a connection that has to be waited for. */
type Connecting = ClientRequestArgs & tls.ConnectionOptions;

/** For `ws://`: a sandbox. */
class PlainAgent extends http.Agent {
  constructor(private readonly tunnel: ProxyTunnel) {
    super(ONCE);
  }

  override createConnection(options: Connecting, done: Done): undefined {
    this.tunnel.open(...targetOf(options, 80)).then((line) => done(null, line), done as (error: Error) => void);
  }
}

/** For `wss://` and for uploads. */
class SecureAgent extends https.Agent {
  constructor(private readonly tunnel: ProxyTunnel) {
    super(ONCE);
  }

  override createConnection(options: Connecting, done: Done): undefined {
    this.tunnel.open(...targetOf(options, 443)).then((line) => done(null, tls.connect({ ...options, socket: line })), done as (error: Error) => void);
  }
}

/** Nobody keeps a line for another request. */
const ONCE: AgentOptions = { keepAlive: false };

const targetOf = ({ host, port }: Connecting, usual: number): [host: string, port: number] => [host ?? '', Number(port ?? usual)];

/** What `fetch` goes through: it downloads history, app state and media. */
function dispatcherThrough(tunnel: ProxyTunnel): Agent {
  const secure = buildConnector({});
  return new Agent({
    connect: (options, done) => {
      const port = Number(options.port || (options.protocol === 'https:' ? 443 : 80));
      const finish = (line: net.Socket) => (options.protocol === 'https:' ? secure({ ...options, httpSocket: line }, done) : done(null, line));
      tunnel.open(options.hostname, port).then(finish, (error: Error) => done(error, null));
    },
  });
}

/** All the ways out that Baileys takes, led through the proxy. */
export interface ProxyAgents extends Pick<SocketOptions, 'agent' | 'fetchAgent' | 'options'> {
  close(): void;
}

/** @param url of the server: its protocol decides by which agent it is reached */
export function agentsThrough(tunnel: ProxyTunnel, url: string): ProxyAgents {
  const [plain, secure, dispatcher] = [new PlainAgent(tunnel), new SecureAgent(tunnel), dispatcherThrough(tunnel)];
  return {
    // the types know of one kind of agent and of one release of undici
    agent: url.startsWith('ws:') ? (plain as unknown as https.Agent) : secure,
    fetchAgent: secure,
    options: { dispatcher: dispatcher as unknown as RequestInit['dispatcher'] },
    close: () => {
      tunnel.close();
      for (const agent of [plain, secure]) agent.destroy();
      void dispatcher.destroy();
    },
  };
}
