import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { wholeNumberOf } from '#libs/platform';
import { PolicyVersionNotFound } from './retention.errors.js';

const MAX_VERSION = 2_147_483_647;

/** Whether a value can be the number of a version at all: what the database could not even look for is none. */
export const isPolicyVersion = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_VERSION;

/** What is no number of a version is answered like a version that does not exist. Read here: a pipe would be handed what `Number` makes of the text. */
const versionOfPath = createParamDecorator((name: string, context: ExecutionContext): number => {
  const { params } = context.switchToHttp().getRequest<FastifyRequest<{ Params: Record<string, string> }>>();
  const number = wholeNumberOf(params[name]);
  if (!isPolicyVersion(number)) throw new PolicyVersionNotFound();
  return number;
});

const documented = (name: string) => ApiParam({ name, schema: { type: 'integer', minimum: 1, maximum: MAX_VERSION }, example: 3 });

/** `:version` of a policy, or another parameter that is one. */
export const PolicyVersionParam = (name = 'version'): ParameterDecorator => (target, handler, index) => {
  documented(name)(target, handler!, Object.getOwnPropertyDescriptor(target, handler!)!);
  versionOfPath(name)(target, handler, index);
};
