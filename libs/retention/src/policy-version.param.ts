import { Param, type PipeTransform } from '@nestjs/common';
import { PolicyVersionNotFound } from './retention.errors.js';

const MAX_VERSION = 2_147_483_647;

/** What is no number of a version is answered like a version that does not exist. */
class PolicyVersionPipe implements PipeTransform<unknown, number> {
  transform(value: unknown): number {
    const version = Number(value);
    if (!Number.isInteger(version) || version < 1 || version > MAX_VERSION) throw new PolicyVersionNotFound();
    return version;
  }
}

/** `:version` of a policy. */
export const PolicyVersionParam = () => Param('version', new PolicyVersionPipe());
