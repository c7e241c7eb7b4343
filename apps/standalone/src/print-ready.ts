export interface Ready {
  url: string;
  /** only at the start that made it */
  operatorKey: string | null;
  sandbox: boolean;
  /** milliseconds since 1970 */
  startedAt: number;
}

/** What a person sees when it is ready: on standard output, where nothing else is written. */
export function printReady({ url, operatorKey, sandbox, startedAt }: Ready): void {
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  const key = operatorKey ?? '$OPERATOR_KEY';
  const lines = [
    '',
    `  Tenure is ready on ${url} after ${seconds} s${sandbox ? ', with the sandbox' : ''}`,
    `  Swagger UI    ${url}/docs`,
    `  Operator key  ${operatorKey ? `${operatorKey}   (shown this once: keep it)` : 'the one you have (lost: see docs/operations.md)'}`,
    '',
    '  Try these three:',
    `  curl -s ${url}/v1/tenants -H "authorization: Bearer ${key}" -H 'content-type: application/json' -d '{"name":"Acme"}'`,
    `  curl -s ${url}/v1/api-keys -H "authorization: Bearer ${key}" -H 'content-type: application/json' -d '{"tenantId":"<id of the answer>","name":"first","environment":"test","scopes":["*"]}'`,
    `  curl -s ${url}/v1/instances -H "authorization: Bearer <key of the answer>" -H 'content-type: application/json' -d '{"name":"shop"}'`,
    '',
    '  The tour goes on in README.md. Ctrl-C stops everything, the database last.',
    '',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
