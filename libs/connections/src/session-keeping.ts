import { Injectable } from '@nestjs/common';
import { MessageArchive } from '#libs/contracts';
import { CredentialsStore } from './credentials-store.js';
import { SessionMetrics } from './session.metrics.js';
import { SessionRecords } from './session-records.js';

/** Where all sessions of a worker keep what must outlive them. */
@Injectable()
export class SessionKeeping {
  constructor(
    readonly records: SessionRecords,
    readonly store: CredentialsStore,
    readonly archive: MessageArchive,
    readonly metrics: SessionMetrics,
  ) {}
}
