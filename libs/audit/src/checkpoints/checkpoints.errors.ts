import { Problem, ProblemType } from '#libs/platform';

const SECONDS = 2;

@ProblemType({
  code: 'audit-behind',
  status: 503,
  title: 'What happened is not signed yet',
  cause: 'The journal is sealed and signed moments after it is written, and that has not been done up to what was asked for: it is behind, or no worker runs.',
  remedy: 'Ask again after Retry-After. When it stays so, see the alert TenureSealLag in docs/operations.md.',
})
export class AuditBehind extends Problem {
  constructor(position: number) {
    super(`No checkpoint is over position ${position} yet.`);
  }

  override get headers(): Record<string, string> {
    return { 'retry-after': String(SECONDS) };
  }
}
