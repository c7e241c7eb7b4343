import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

export const VERSIONED = 'tenure:versioned';
export const ACTS_OUTSIDE = 'tenure:acts-outside';
export const SECRET_FIELDS = 'tenure:secret-fields';

/** Answers with something that has a `version`: it is sent as the `ETag`, and a change obeys `If-Match`. */
export const Versioned = () => applyDecorators(SetMetadata(VERSIONED, true), ApiExtension('x-versioned', true));

/**
 * Changes something that no transaction can undo: a message, a phone. Its idempotency key is put on record before it begins; one
 * whose process died over it is never acted on again. Every other mutation is one unit of work of `Mutations`.
 */
export const ActsOutside = () => SetMetadata(ACTS_OUTSIDE, true);

/** Fields of the answer that are shown this once; a repeated request sees them again for ten minutes. */
export const RevealsOnce = (...fields: string[]) => applyDecorators(SetMetadata(SECRET_FIELDS, fields), ApiExtension('x-reveals-once', true));
