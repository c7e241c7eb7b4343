/** One fault of an input: a JSON pointer into the body, or into the query as if it were an object (`/limit`). */
export interface FieldFault {
  pointer: string;
  detail: string;
}

export interface ProblemDoc {
  /** stable: clients branch on it */
  code: string;
  status: number;
  title: string;
  cause: string;
  remedy: string;
}

interface Extensions {
  errors?: FieldFault[];
  blockers?: object[];
  [member: string]: unknown;
}

const DOCS = new Map<string, ProblemDoc>();
const docOf = new WeakMap<object, ProblemDoc>();

/** Gives a Problem its stable code, status and documentation; `docs/errors.md` is written from these. */
export function ProblemType(doc: ProblemDoc): ClassDecorator {
  return (target) => {
    DOCS.set(doc.code, doc);
    docOf.set(target, doc);
  };
}

/** Every documented problem, by code. */
export function problemDocs(): ProblemDoc[] {
  return [...DOCS.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
}

/** An error a caller can act on (RFC 9457). The detail says what happened, in a sentence, without secrets. */
export abstract class Problem extends Error {
  constructor(
    readonly detail: string,
    readonly extensions: Extensions = {},
  ) {
    super(detail);
  }

  /** Sent with it, beside the content type. */
  get headers(): Record<string, string> {
    return {};
  }

  get doc(): ProblemDoc {
    const doc = docOf.get(this.constructor);
    if (!doc) throw new Error(`${this.constructor.name} has no @ProblemType`);
    return doc;
  }
}

/** The document that travels: `application/problem+json`. */
export function problemBody(problem: Problem, url: string): Record<string, unknown> {
  const { code, status, title } = problem.doc;
  return { type: `/errors.md#${code}`, title, status, detail: problem.detail, code, instance: url.split('?')[0], ...problem.extensions };
}
