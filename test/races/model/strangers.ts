import type { Caller, InstanceId } from '#libs/contracts';
import { Problem } from '#libs/platform';
import { InstancesService } from '../../../libs/instances/src/instances.service.js';
import { DeletionRequestsService } from '../../../libs/policy/src/deletion/deletion-requests.service.js';
import { HoldsService } from '../../../libs/policy/src/holds/holds.service.js';
import { InstanceRetentionService } from '../../../libs/policy/src/instance-retention.service.js';
import type { RemovalGround } from '../removal/removal-ground.js';
import { about } from './command.js';

const reason = 'a stranger';

/** What somebody of another tenant tries with an instance. */
const TRIES = {
  archive: (ground: RemovalGround, stranger: Caller, id: InstanceId) => ground.get(InstanceRetentionService).archive(stranger, id),
  delete: (ground: RemovalGround, stranger: Caller, id: InstanceId) => ground.get(DeletionRequestsService).open(stranger, id),
  hold: (ground: RemovalGround, stranger: Caller, instanceId: InstanceId) => ground.get(HoldsService).place(stranger, { scope: 'instance', instanceId, reason }),
  rename: (ground: RemovalGround, stranger: Caller, id: InstanceId) => ground.get(InstancesService).patch(stranger, id, { name: 'taken' }),
};

export type Try = keyof typeof TRIES;
export const EVERY_TRY = Object.keys(TRIES) as Try[];

/** I13: there is no such instance, whoever else has it. */
export const tryFromOutside = (n: number, what: Try) =>
  about(n, `a stranger would ${what}`, async ({ ground, stranger, ids }, _model, { place }) => {
    await TRIES[what](ground, stranger, ids[place]!).then(() => refused(what, 'done'), (error: unknown) => isNotFound(error) || refused(what, error));
  });

const isNotFound = (error: unknown): boolean => error instanceof Problem && error.doc.status === 404;

function refused(what: Try, instead: unknown): never {
  throw new Error(`I13: a stranger who would ${what} is not told that there is no such instance: ${String(instead)}`);
}
