import { operatorKeyLine, printReady } from '#libs/platform';

export interface Ready {
  url: string;
  /** only at the start that made it */
  operatorKey: string | null;
  /** what the first line ends with: which sandbox there is, if any */
  sandbox: string;
  /** milliseconds since 1970 */
  startedAt: number;
}

/** The ready line, and what a person can try next. */
export function printTour({ url, operatorKey, sandbox, startedAt }: Ready): void {
  const key = operatorKey ?? '$OPERATOR_KEY';
  printReady({ name: 'Tenure', url, startedAt, with: sandbox }, [
    `Swagger UI    ${url}/docs`,
    operatorKeyLine(operatorKey),
    '',
    'Try these three:',
    `curl -s ${url}/v1/tenants -H "authorization: Bearer ${key}" -H 'content-type: application/json' -d '{"name":"Acme"}'`,
    `curl -s ${url}/v1/api-keys -H "authorization: Bearer ${key}" -H 'content-type: application/json' -d '{"tenantId":"<id of the answer>","name":"first","environment":"test","scopes":["*"]}'`,
    `curl -s ${url}/v1/instances -H "authorization: Bearer <key of the answer>" -H 'content-type: application/json' -d '{"name":"shop"}'`,
    '',
    'The tour goes on in README.md. Ctrl-C stops everything, the database last.',
  ]);
}
