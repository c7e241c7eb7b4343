import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { declareMetric, Metrics, Rounds } from '#libs/platform';
import { SigningKeys } from '../keys/signing-keys.js';
import { AuditSettings, secondsOf } from './audit.settings.js';
import { CheckpointFile } from './checkpoint-file.js';
import { CheckpointSigner } from './checkpoint-signer.js';
import { CheckpointsRepository } from './checkpoints.repository.js';
import { CHECKPOINT_WANTED } from './hints.js';

const SIGNED = declareMetric({ name: 'tenure_audit_checkpoints_total', kind: 'counter', help: 'Checkpoints that this process signed.', labels: [] });
const TENANTS = 100;
const POLL_MS = 500;
const WANTED_MS = 50;
/** Beyond what is needed; then the file is written anew. */
const SPARE_LINES = 1_000;

/** Signs what is due, in every worker. */
@Injectable()
export class CheckpointSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly everySeconds: number;
  private readonly signed: { inc(): void };
  private readonly log = new Logger(CheckpointSweep.name);
  private readonly rounds = new Rounds(() => this.round(), POLL_MS, (error) => this.log.error(`checkpoints wait: ${error.message}`));

  constructor(
    private readonly checkpoints: CheckpointsRepository,
    private readonly signer: CheckpointSigner,
    private readonly keys: SigningKeys,
    private readonly file: CheckpointFile,
    settings: AuditSettings,
    metrics: Metrics,
  ) {
    this.everySeconds = secondsOf(settings.checkpointEvery);
    this.signed = metrics.counter(SIGNED);
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  @OnEvent(CHECKPOINT_WANTED)
  wake(): void {
    this.rounds.wake();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.rounds.stop();
  }

  /** One round. How many were signed. */
  async sweep(): Promise<number> {
    const due = await this.checkpoints.due(this.everySeconds, TENANTS);
    const signers = due.length > 0 ? await this.keys.signers() : [];
    let signed = 0;
    for (const tenantId of due) {
      if (this.rounds.isStopping || !(await this.signer.sign(tenantId, signers))) continue;
      signed++;
      this.signed.inc();
    }
    await this.tidy();
    return signed;
  }

  /** What the file has of earlier checkpoints is of no use any more. */
  private async tidy(): Promise<void> {
    if (this.file.path === null || this.file.appended <= SPARE_LINES) return;
    await this.checkpoints.alone(async () => {
      const { checkpoints, lines } = await this.file.latest();
      if (lines > 2 * checkpoints.size + SPARE_LINES) await this.file.replace(checkpoints.values());
      else this.file.appended = 0;
    });
  }

  private async round(): Promise<number> {
    await this.sweep();
    return (await this.checkpoints.wanted()) ? WANTED_MS : POLL_MS;
  }
}
