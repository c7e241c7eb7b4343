import { Param, type PipeTransform } from '@nestjs/common';
import { type IdPrefix, isId } from '#libs/contracts';
import { InstanceNotFound } from '../instances/instance.errors.js';
import { RouteNotFound } from './http.errors.js';
import type { Problem } from './problem.js';

/** An id of the path. What is no id of its kind is answered like an id that does not exist. */
class IdPipe implements PipeTransform<string, string> {
  constructor(
    private readonly prefix: IdPrefix,
    private readonly notFound: () => Problem,
  ) {}

  transform(text: string): string {
    if (!isId(this.prefix, text)) throw this.notFound();
    return text;
  }
}

export const IdParam = (prefix: IdPrefix, notFound: () => Problem = () => new RouteNotFound('There is nothing with this id.')) =>
  Param('id', new IdPipe(prefix, notFound));

/** `:id` of an instance. */
export const InstanceIdParam = () => IdParam('ins', () => new InstanceNotFound());
