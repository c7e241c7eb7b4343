import { Problem, ProblemType } from '../http/problem.js';

const inSeconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));

@ProblemType({
  code: 'rate-limited',
  status: 429,
  title: 'Too many requests',
  cause: 'The key has made as many requests as it may in a minute, or its address has sent too many wrong keys. The request was not carried out.',
  remedy: 'Wait as long as Retry-After says. The headers RateLimit-Policy and RateLimit of every answer tell what is left.',
})
export class RateLimited extends Problem {
  constructor(
    detail: string,
    private readonly endsInMs: number,
  ) {
    super(detail);
  }

  override get headers(): Record<string, string> {
    return { 'retry-after': String(inSeconds(this.endsInMs)) };
  }
}
