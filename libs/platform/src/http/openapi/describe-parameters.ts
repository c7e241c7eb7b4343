import type { Routed } from './api-document.js';
import { describeProperty } from './describe-schemas.js';

/** What has a default may be left out; Swagger calls every property of a query class without a question mark required. */
export function describeParameters({ operation }: Routed): void {
  for (const parameter of operation.parameters ?? []) {
    if (parameter.schema?.default !== undefined) parameter.required = false;
    if (parameter.schema) describeProperty(parameter.schema);
  }
}
