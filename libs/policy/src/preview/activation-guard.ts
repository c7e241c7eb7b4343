import { Injectable } from '@nestjs/common';
import type { Caller } from '#libs/contracts';
import type { FieldFault, TenantTx } from '#libs/platform';
import { type Comparison, type Consent, findShortening } from '#libs/retention';
import { countMoved, movedTooFar } from './count-moved.js';
import { toChangesDto } from './policy-preview.dto.js';
import { type PolicyLook, PolicyLooks } from './policy-looks.js';
import { PolicyPreviewsRepository, type StoredPreview } from './policy-previews.repository.js';
import { PreviewRequired, PreviewStale } from './preview.errors.js';
import { hashPreviewToken } from './preview-token.js';

/** Where a document says nothing. */
const MAX_PERCENT_MOVED = 5;

/**
 * Lets a version that shortens, or adds archives or removals, come into force in `enforce` only when somebody has seen what it does, and that is
 * still what it would do. See docs/adr/0019.
 */
@Injectable()
export class ActivationGuard {
  constructor(
    private readonly looks: PolicyLooks,
    private readonly previews: PolicyPreviewsRepository,
  ) {}

  /** Looks now, before anything is locked; what it returns is asked under the lock. @throws PolicyVersionNotFound */
  async prepare(caller: Caller, version: number, token: string | undefined): Promise<Consent> {
    const look = (await this.hasToLook(caller, version, token)) ? await this.looks.look(caller, version) : null;
    return (tx, comparison) => this.require(tx, comparison, look, token);
  }

  /** Nobody has to look at what is refused anyway, or asked nobody. */
  private async hasToLook(caller: Caller, version: number, token: string | undefined): Promise<boolean> {
    const { inForce, wanted } = await this.looks.compare(caller, version);
    if (wanted.active || wanted.document.mode !== 'enforce') return false;
    return token !== undefined || findShortening(inForce.document, wanted.document).length === 0;
  }

  /** @throws PreviewRequired, PreviewStale */
  private async require(tx: TenantTx, { inForce, wanted }: Comparison, look: PolicyLook | null, token: string | undefined): Promise<void> {
    if (wanted.document.mode !== 'enforce') return;
    const shortening = findShortening(inForce.document, wanted.document);
    if (!look && shortening.length > 0) throw new PreviewRequired(wanted.version, 'The version shortens or adds something; `errors` names what.', shortening);
    if (look?.comparison.inForce.version !== inForce.version) throw new PreviewStale(wanted.version, 'Another version has come into force in this moment.');
    if (shortening.length === 0 && !look.tally.shortens) return;
    const preview = await this.consumed(tx, wanted.version, token, shortening);
    requireUnmoved(preview, look);
  }

  private async consumed(tx: TenantTx, version: number, token: string | undefined, shortening: FieldFault[]): Promise<StoredPreview> {
    const hash = token === undefined ? null : hashPreviewToken(token);
    const preview = hash && (await this.previews.find(tx, hash, version));
    if (!preview) throw new PreviewRequired(version, 'No preview of this version that is younger than 24 hours and was not used has this token.', shortening);
    await this.previews.remove(tx, hash);
    return preview;
  }
}

function requireUnmoved(preview: StoredPreview, { comparison: { inForce, wanted }, tally }: PolicyLook): void {
  const changes = toChangesDto(tally);
  if (preview.comparedWith !== inForce.version) throw new PreviewStale(wanted.version, 'Another version has come into force since the preview.', { changes });
  const moved = countMoved(preview.candidates, tally.candidates, wanted.document.limits?.maxPercentPerRun ?? MAX_PERCENT_MOVED);
  if (movedTooFar(moved)) throw new PreviewStale(wanted.version, 'The instances that it would act on at once are not those that were previewed.', { changes, moved });
}
