/**
 * What the signing key says besides checkpoints. The first line names the kind, and the second is an origin: neither can be taken for a checkpoint,
 * whose second line is a number.
 */
export const sealStatement = (origin: string, hash: Buffer): string => `tenure-export/v1\n${origin}\n${hash.toString('base64')}\n`;

/** That an instance existed, and nothing had purged it, up to a checkpoint of so many entries. */
export const existenceStatement = (origin: string, instanceId: string, size: number): string => `tenure-existence/v1\n${origin}\n${instanceId}\n${size}\n`;
