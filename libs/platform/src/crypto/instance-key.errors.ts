import type { InstanceId } from '#libs/contracts';

/** A fault, not an answer to a caller: what belongs to the instance can no longer be read. */
export class InstanceKeyMissing extends Error {
  constructor(instanceId: InstanceId) {
    super(`The data key of ${instanceId} is not there`);
  }
}

/** A fault: the row is damaged, or belongs to another instance. */
export class InstanceKeyUnreadable extends Error {
  constructor(instanceId: InstanceId, masterKeyId: string, options?: ErrorOptions) {
    super(`The data key of ${instanceId} does not open with the master key ${masterKeyId}`, options);
  }
}
