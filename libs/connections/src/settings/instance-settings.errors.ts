import { Problem, ProblemType } from '#libs/platform';

@ProblemType({
  code: 'settings-put-away',
  status: 409,
  title: 'The settings are put away',
  cause: 'The settings of an archived instance are in its archive, and those of a purged one are gone.',
  remedy: 'Restore the instance first: POST /v1/instances/{id}/restore.',
})
export class SettingsPutAway extends Problem {
  constructor(instanceId: string) {
    super('The instance is archived or purged; its settings are not at hand.', { restore: `/v1/instances/${instanceId}/restore` });
  }
}
