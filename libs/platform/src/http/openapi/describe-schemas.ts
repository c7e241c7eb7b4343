import { MAX_PAGE } from '../page.dto.js';
import type { Schema } from './api-document.js';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
/** The longest instant that is understood: nine digits of a second, and a zone. */
const INSTANT_LENGTH = 35;
/** An id: its prefix, and 26 characters. */
const ID = /^[a-z]{3}_[0-9a-z]{26}$/;
const ID_LENGTH = 30;

/**
 * What a property's example shows, said in words a machine reads: whole numbers, instants, ids.
 * Swagger knows none of them, and calls a whole number `number`.
 */
export function describeProperty(schema: Schema): void {
  const { example } = schema;
  if (isOf(schema, 'number') && Number.isInteger(example)) schema.type = replaceType(schema.type, 'number', 'integer');
  if (!isOf(schema, 'string') || typeof example !== 'string') return;
  if (INSTANT.test(example)) Object.assign(schema, { format: 'date-time', maxLength: INSTANT_LENGTH });
  if (ID.test(example)) schema.maxLength ??= ID_LENGTH;
}

/** Completes the schema of a class. A page holds as many items as may be asked for. */
export function describeSchema(name: string, schema: Schema): void {
  const properties = schema.properties ?? {};
  if (name.endsWith('PageDto') && properties.data) properties.data.maxItems ??= MAX_PAGE;
  Object.values(properties).forEach(describeProperty);
}

const isOf = ({ type }: Schema, name: string): boolean => (Array.isArray(type) ? type.includes(name) : type === name);

function replaceType(type: Schema['type'], from: string, to: string): Schema['type'] {
  return Array.isArray(type) ? type.map((one) => (one === from ? to : one)) : to;
}
