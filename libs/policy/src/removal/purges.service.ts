import { Injectable } from '@nestjs/common';
import { type Caller, isId, type PurgeId } from '#libs/contracts';
import { Clock, Database, decodeCursor, InvalidRequest, lockInstance, Mutations, type Page, pageOf, type TenantTx } from '#libs/platform';
import { RetentionFactsRepository } from '#libs/retention';
import { type CertificateDto, toCertificateDto } from './certificate.dto.js';
import { CertificatesRepository } from './certificates.repository.js';
import { type PurgeDto, type PurgesQuery, toPurgeDto } from './purge.dto.js';
import { PurgeScheduling } from './purge-scheduling.js';
import { PurgeEnded, PurgeNotCarriedOut, PurgeNotFound } from './purges.errors.js';
import { type Purge, PurgesRepository } from './purges.repository.js';

const isPurgeKey = (key: unknown[]): key is [PurgeId] => key.length === 1 && typeof key[0] === 'string' && isId('pur', key[0]);

/** Removals, as people see them and take them back. */
@Injectable()
export class PurgesService {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
    private readonly clock: Clock,
    private readonly facts: RetentionFactsRepository,
    private readonly purges: PurgesRepository,
    private readonly scheduling: PurgeScheduling,
    private readonly certificates: CertificatesRepository,
  ) {}

  read(caller: Caller, id: PurgeId): Promise<PurgeDto> {
    return this.database.forCaller(caller, async (tx) => toPurgeDto(await this.find(tx, id)));
  }

  /** @throws PurgeNotFound, PurgeNotCarriedOut */
  certificate(caller: Caller, id: PurgeId): Promise<CertificateDto> {
    return this.database.forCaller(caller, async (tx) => {
      const { instanceId, status } = await this.find(tx, id);
      const certificate = status === 'purged' ? await this.certificates.find(tx, instanceId) : null;
      if (!certificate) throw new PurgeNotCarriedOut(status);
      return toCertificateDto(certificate);
    });
  }

  async list(caller: Caller, { cursor, limit, instanceId, status }: PurgesQuery): Promise<Page<PurgeDto>> {
    const before = decodeCursor(cursor, isPurgeKey)?.[0] ?? null;
    if (instanceId !== undefined && !isId('ins', instanceId)) throw new InvalidRequest([{ pointer: '/instanceId', detail: 'is not the id of an instance' }]);
    const filter = { instanceId: instanceId ?? null, status: status ?? null };
    const rows = await this.database.forCaller(caller, (tx) => this.purges.list(tx, filter, before, limit + 1));
    return pageOf(rows, limit, toPurgeDto, ({ id }) => [id]);
  }

  /** At any time before it is carried out; the instance is where it was before. @throws PurgeNotFound, PurgeEnded */
  cancel(caller: Caller, id: PurgeId): Promise<PurgeDto> {
    return this.mutations.forCaller(caller, async (tx) => {
      const { instanceId } = await this.find(tx, id);
      await lockInstance(tx, instanceId);
      const { status } = await this.find(tx, id);
      if (status !== 'scheduled') throw new PurgeEnded(status);
      const [facts] = await this.facts.of(tx, [instanceId]);
      await this.scheduling.cancel(tx, { facts: facts!, at: await this.clock.now(tx) }, 'person', caller.actor);
      return toPurgeDto(await this.find(tx, id));
    });
  }

  private async find(tx: TenantTx, id: PurgeId): Promise<Purge> {
    const purge = await this.purges.find(tx, id);
    if (!purge) throw new PurgeNotFound();
    return purge;
  }
}
