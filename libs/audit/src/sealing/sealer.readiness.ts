import { Injectable } from '@nestjs/common';
import { Readiness } from '#libs/platform';
import { Sealer } from './sealer.js';

/** A round ends, if only with an error, well within this. */
const LONGEST_ROUND_S = 90;

/**
 * Whether what has happened gets into the trees. Only what this process does itself: a tenant whose journal somebody has altered stands still in every
 * process, and that must not take the others' service away; the alert on `tenure_audit_unsealed_seconds` tells of it.
 */
@Injectable()
export class SealerReadiness {
  constructor(sealer: Sealer, readiness: Readiness) {
    readiness.contribute('sealer', () => {
      const silent = sealer.silentSeconds;
      return silent > LONGEST_ROUND_S ? `The sealer of this process has stood still for ${Math.round(silent)} s.` : null;
    });
  }
}
