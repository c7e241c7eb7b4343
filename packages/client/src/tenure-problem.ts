import type { ProblemDto } from './generated/types.gen.js';

/** An answer that is an error (RFC 9457). Branch on `code`: it is stable. */
export class TenureProblem extends Error implements ProblemDto {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly instance: string;
  /** Where a field or parameter is at fault. */
  readonly errors?: ProblemDto['errors'];

  constructor(
    readonly problem: ProblemDto,
    /** for its headers; its body has been read */
    readonly response: Response,
  ) {
    super(`${problem.status} ${problem.code}: ${problem.detail}`);
    this.name = 'TenureProblem';
    ({ type: this.type, title: this.title, status: this.status, detail: this.detail, code: this.code, instance: this.instance } = problem);
    if (problem.errors) this.errors = problem.errors;
  }
}

/** What the generated client has read of an error, as something to throw: a problem when it is one, as it is otherwise. */
export function toThrowable(error: unknown, response: Response | undefined, request?: Request): unknown {
  if (error instanceof Error || !response) return error;
  if (isProblem(error)) return new TenureProblem(error, response);
  return new Error(`${response.status} from ${request?.url ?? 'the server'}, and no problem: is this Tenure?`, { cause: error });
}

function isProblem(value: unknown): value is ProblemDto {
  return typeof value === 'object' && value !== null && 'code' in value && 'status' in value && 'detail' in value;
}
