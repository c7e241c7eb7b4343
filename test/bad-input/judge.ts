import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { ApiDocument, Operation, Schema } from '../document/api-document.js';
import type { BadRequest } from './bad-request.js';
import type { Heard } from './http-caller.js';

const SLOW_MS = 5_000;
const MEMBERS = ['type', 'title', 'status', 'detail', 'code', 'instance'];

interface Problem {
  status: number;
  code: string;
  type: string;
  errors?: { pointer: string; detail: string }[];
}

/** Knows what the product promises of every answer, from its document and its list of errors. */
export class Judge {
  private readonly ajv = new Ajv2020({ strict: false, validateFormats: false });
  private readonly codes: Set<string>;
  private readonly operations: Map<string, Operation>;

  constructor(document: ApiDocument, operations: Operation[], errorsMarkdown: string) {
    this.ajv.addSchema({ ...document, components: { schemas: closed(document.components.schemas) } }, 'api');
    this.codes = new Set([...errorsMarkdown.matchAll(/^## (\S+)$/gm)].map(([, code]) => code!));
    this.operations = new Map(operations.map((operation) => [operation.operationId, operation]));
  }

  /** Whether WhatsApp's side may be to blame: the request was good, and the document says so. */
  isTheirs(request: BadRequest, status: number): boolean {
    return request.expect.verdict === 'either' && [502, 504].includes(status) && this.documents(request, status);
  }

  /** What is wrong with an answer; empty when it is as it should be. */
  faultsOf(request: BadRequest, heard: Heard): string[] {
    const { status, ms, text } = heard;
    if (this.isTheirs(request, status)) return [];
    if (status === 0) return [`no answer: ${text}`];
    const faults = ms > SLOW_MS ? [`it took ${Math.round(ms)} ms`] : [];
    if (status >= 500) return [...faults, `a ${status}: ${text.slice(0, 300)}`];
    const { verdict, statuses } = request.expect;
    if (status < 400 && verdict === 'refused') return [...faults, `accepted with ${status}: ${text.slice(0, 200)}`];
    if (status >= 400 && verdict === 'refused' && statuses && !statuses.includes(status)) faults.push(`a ${status}, not ${statuses.join(' or ')}: ${text.slice(0, 300)}`);
    if (request.method === 'HEAD') return faults;
    return [...faults, ...(status < 400 ? this.successFaults(request, heard) : this.problemFaults(request, heard))];
  }

  /** Whether the document says that the operation may answer with this status; true where no operation is meant. */
  documents({ operationId, method }: BadRequest, status: number): boolean {
    const operation = this.operations.get(operationId);
    return !operation || operation.method !== method || String(status) in operation.responses;
  }

  private successFaults({ operationId, method }: BadRequest, { status, contentType, text }: Heard): string[] {
    const operation = this.operations.get(operationId);
    if (!operation || method !== operation.method) return [];
    const content = operation.responses[String(status)]?.content;
    if (!content) return text === '' ? [] : [`a ${status} with a body that is not documented`];
    const [type = ''] = contentType.split(';');
    if (!(type in content)) return [`a ${status} of the type ${contentType}, which is not documented`];
    if (type !== 'application/json') return [];
    const isDocumented = this.validator(content[type]!.schema ?? {});
    return isDocumented(JSON.parse(text)) ? [] : [`a ${status} that is not as documented: ${this.ajv.errorsText(isDocumented.errors)}`];
  }

  private problemFaults({ expect }: BadRequest, { status, contentType, text }: Heard): string[] {
    if (!contentType.startsWith('application/problem+json')) return [`a ${status} of the type ${contentType}: ${text.slice(0, 200)}`];
    const problem = JSON.parse(text) as Problem;
    const missing = MEMBERS.filter((member) => !(member in problem));
    const faults = missing.map((member) => `a problem without ${member}`);
    if (problem.status !== status) faults.push(`a problem of ${problem.status} in an answer of ${status}`);
    if (!this.codes.has(problem.code)) faults.push(`the code ${problem.code} is in no document`);
    if (problem.type !== `/errors.md#${problem.code}`) faults.push(`the type ${problem.type}`);
    if (expect.verdict === 'refused' && expect.pointer !== undefined && !names(problem, expect.pointer)) {
      faults.push(`nothing names ${expect.pointer}: ${JSON.stringify(problem.errors ?? problem).slice(0, 300)}`);
    }
    return faults;
  }

  private validator(schema: Schema): ValidateFunction {
    const reference = schema.$ref ? { $ref: `api${schema.$ref}` } : schema;
    const key = JSON.stringify(reference);
    const known = this.validators.get(key) ?? this.ajv.compile(reference);
    this.validators.set(key, known);
    return known;
  }

  private readonly validators = new Map<string, ValidateFunction>();
}

/** The field itself, what holds it, or what is wrong within it: an entry of a list, a field of an entry. */
function names({ errors = [] }: Problem, pointer: string): boolean {
  const isWithin = (inner: string, outer: string) => outer !== '' && `${inner}/`.startsWith(`${outer}/`);
  return errors.some((error) => isWithin(pointer, error.pointer) || isWithin(error.pointer, pointer));
}

/** An answer has the documented fields and no others. */
function closed(schemas: Record<string, Schema>): Record<string, Schema> {
  const entries = Object.entries(schemas).map(([name, schema]) => [name, schema.properties ? { additionalProperties: false, ...schema } : schema]);
  return Object.fromEntries(entries) as Record<string, Schema>;
}
