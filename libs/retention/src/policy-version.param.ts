import { Param, type PipeTransform } from '@nestjs/common';
import { PolicyVersionNotFound } from './retention.errors.js';

const MAX_VERSION = 2_147_483_647;

/** Whether a value can be the number of a version at all: what the database could not even look for is none. */
export const isPolicyVersion = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_VERSION;

/** What is no number of a version is answered like a version that does not exist. */
class PolicyVersionPipe implements PipeTransform<unknown, number> {
  transform(value: unknown): number {
    const version = Number(value);
    if (!isPolicyVersion(version)) throw new PolicyVersionNotFound();
    return version;
  }
}

/** `:version` of a policy. */
export const PolicyVersionParam = () => Param('version', new PolicyVersionPipe());
