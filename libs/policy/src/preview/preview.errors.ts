import { type FieldFault, Problem, ProblemType } from '#libs/platform';
import type { ChangesDto } from './policy-preview.dto.js';

const MAX_REASONS = 100;

@ProblemType({
  code: 'preview-required',
  status: 428,
  title: 'Somebody has to see first what this version does',
  cause: 'The version shortens something, or adds archives or removals; `errors` names what. It comes without a preview token, or with one that is older than 24 hours, was used, or belongs to another version or environment.',
  remedy: 'Preview it, POST /v1/retention-policy/versions/{version}/preview, look at the answer, and activate it with the `previewToken` in it.',
})
export class PreviewRequired extends Problem {
  constructor(version: number, detail: string, errors: FieldFault[] = []) {
    super(detail, { errors: errors.slice(0, MAX_REASONS), preview: `/v1/retention-policy/versions/${version}/preview` });
  }
}

@ProblemType({
  code: 'preview-stale',
  status: 409,
  title: 'What was previewed is not what would happen any more',
  cause: 'More instances than `limits.maxPercentPerRun` have joined or left those that the version would act on at once, or another version has come into force since. `changes` and `moved` say what is so now.',
  remedy: 'Preview it again, and decide anew.',
})
export class PreviewStale extends Problem {
  constructor(version: number, detail: string, more: { changes?: ChangesDto; moved?: object } = {}) {
    super(detail, { ...more, preview: `/v1/retention-policy/versions/${version}/preview` });
  }
}
