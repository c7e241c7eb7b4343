/** A fault that lasts until somebody gives this process the key. Whoever meets it has changed nothing, and tries again later. */
export class MasterKeyMissing extends Error {
  constructor(
    readonly keyId: string,
    what: string,
  ) {
    super(`${what} under the master key ${keyId}, which this process does not have`);
  }
}
