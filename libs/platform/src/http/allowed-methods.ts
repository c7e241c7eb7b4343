import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import router, { type HTTPMethod } from 'find-my-way';
import { MethodNotAllowed } from './http.errors.js';

const METHODS: HTTPMethod[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
/** What nobody deletes by one call, and how it leaves instead. */
const NO_BARE_DELETE: [RegExp, Record<string, string>][] = [
  [/^\/v1\/instances\/[^/]+\/?$/, { archive: 'archive', deletionRequests: 'deletion-requests' }],
  [/^\/v1\/tenants\/[^/]+\/?$/, { suspend: 'suspend' }],
];

/** Which methods each address takes: what tells a wrong method from a wrong address. */
@Injectable()
export class AllowedMethods {
  private readonly routes = router({ ignoreTrailingSlash: true });

  /** Learns every route that is declared from now on. */
  watch(server: FastifyInstance): void {
    server.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat() as HTTPMethod[]) if (!this.routes.hasRoute(one, url)) this.routes.on(one, url, () => undefined);
    });
  }

  /** Null when nothing is routed at this address, or all is. */
  problemOf(method: string, url: string): MethodNotAllowed | null {
    const [path = ''] = url.split('?');
    if (!path.startsWith('/')) return null;
    const allowed = METHODS.filter((one) => this.routes.find(one, path) !== null);
    if (allowed.length === 0 || allowed.includes(method as HTTPMethod)) return null;
    const [, links] = (method === 'DELETE' && NO_BARE_DELETE.find(([pattern]) => pattern.test(path))) || [];
    return links ? new MethodNotAllowed(allowed, 'Nothing is deleted by one call; the links lead to what is there instead.', linksOf(path, links)) : new MethodNotAllowed(allowed);
  }
}

const linksOf = (path: string, links: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(links).map(([name, action]) => [name, `${path.replace(/\/$/, '')}/${action}`]));
