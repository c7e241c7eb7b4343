import { Ajv2020 } from 'ajv/dist/2020.js';
import type { FieldFault } from '#libs/platform';
import { checkDurations } from './check-durations.js';
import { checkRules } from './check-rules.js';
import { checkWindows } from './check-windows.js';
import { describeShapeFault } from './describe-shape-fault.js';
import { MAX_DOCUMENT_BYTES, RETENTION_V1_SCHEMA } from './retention-schema.js';

const hasShape = new Ajv2020({ allErrors: true, verbose: true, discriminator: true }).compile(RETENTION_V1_SCHEMA);

/** More than anybody reads at once: a small request must not be answered with megabytes. */
const MAX_FAULTS = 200;

/**
 * Everything that is wrong with a document, at once; empty when it can be saved as a draft. Never throws, whatever it is given.
 * The rules beside the schema look at every part that has the type they need, so that one mistake does not hide another.
 */
export function checkDocument(document: unknown): FieldFault[] {
  const bytes = sizeOf(document);
  if (bytes > MAX_DOCUMENT_BYTES) {
    return [{ pointer: '', detail: `the document is larger than ${MAX_DOCUMENT_BYTES} bytes of JSON` }];
  }
  const faults = [...shapeFaults(document), ...checkRules(document), ...checkDurations(document), ...checkWindows(document)];
  return withoutRepeats(faults).slice(0, MAX_FAULTS);
}

function shapeFaults(document: unknown): FieldFault[] {
  if (hasShape(document)) return [];
  // A bad key is reported twice, once by the rule it breaks and once as `propertyNames`: the second says which key.
  const errors = (hasShape.errors ?? []).filter((error) => error.propertyName === undefined);
  return errors.map(describeShapeFault);
}

function sizeOf(document: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify(document) ?? '');
  } catch {
    return Infinity; // nested deeper than the stack: parsing JSON does not recurse, writing it does
  }
}

function withoutRepeats(faults: FieldFault[]): FieldFault[] {
  return [...new Map(faults.map((fault) => [`${fault.pointer} ${fault.detail}`, fault])).values()];
}
