import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';

interface Destructive {
  destructive?: string;
}

/**
 * Removes, archives, revokes or ends something, or lets a removal go on or be taken back: who is refused here is journalled, too (docs/adr/0027).
 * On the route itself, so that it is known also where the guard or the validation refuses. The operation is named like the method.
 */
export const Destructive = (): MethodDecorator => (target, key, descriptor) =>
  applyDecorators(RouteConfig({ destructive: String(key) }), ApiExtension('x-destructive', true))(target, key, descriptor as PropertyDescriptor);

/** What nobody deletes by one call is no operation, and has a name here all the same. */
const BARE_DELETE: [RegExp, string][] = [
  [/^\/v1\/instances\/[^/?]+\/?(\?|$)/, 'deleteInstance'],
  [/^\/v1\/tenants\/[^/?]+\/?(\?|$)/, 'deleteTenant'],
];

/** The name of what was attempted; null: nothing destructive. */
export function attemptOf({ method, url, routeOptions }: Pick<FastifyRequest, 'method' | 'url' | 'routeOptions'>): string | null {
  const { destructive } = (routeOptions?.config ?? {}) as Destructive;
  if (destructive) return destructive;
  return method === 'DELETE' ? (BARE_DELETE.find(([pattern]) => pattern.test(url))?.[1] ?? null) : null;
}
