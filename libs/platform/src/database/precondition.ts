import { VersionChanged } from '../http/terms.errors.js';

/** The versions of which one must be the present one (`If-Match`). Checked under the lock of what is changed, so it holds until the commit. */
export class Precondition {
  private checked = false;

  constructor(private readonly versions: readonly number[]) {}

  /** Once: what is locked again later has the changes of its own unit of work. @throws VersionChanged */
  async require(present: () => Promise<number>): Promise<void> {
    if (this.checked) return;
    const version = await present();
    if (!this.versions.includes(version)) throw new VersionChanged(version);
    this.checked = true;
  }

  /** A condition that nothing has looked at must not pass for one that holds. */
  ensureChecked(): void {
    if (!this.checked) throw new Error('If-Match was not checked by this unit of work: it locks nothing that has a version');
  }
}
