import { Injectable, Logger } from '@nestjs/common';
import type { Operator } from '#libs/contracts';
import { PlatformStateRepository } from './platform-state.repository.js';
import { type KillSwitchDto, type PlatformClockDto, type PlatformStateDto, type SetKillSwitchDto, toKillSwitchDto, toPlatformClockDto, toPlatformStateDto } from './platform-state.dto.js';

/** What the operator switches for all tenants. */
@Injectable()
export class SwitchesService {
  private readonly log = new Logger('platform');

  constructor(private readonly state: PlatformStateRepository) {}

  async read(): Promise<PlatformStateDto> {
    return toPlatformStateDto(await this.state.read());
  }

  async readKillSwitch(): Promise<KillSwitchDto> {
    return toKillSwitchDto((await this.state.read()).killSwitch);
  }

  /** Setting it to what it is changes nothing. */
  async setKillSwitch({ keyId }: Operator, { on, reason }: SetKillSwitchDto): Promise<KillSwitchDto> {
    const changed = await this.state.setKillSwitch(on, keyId, reason ?? null);
    if (changed) this.log.warn({ keyId, reason }, `the kill switch is ${on ? 'on: nothing is removed or archived by rule' : 'off'}`);
    return this.readKillSwitch();
  }

  /** Where it is trusted already nothing changes. */
  async acknowledgeClock({ keyId }: Operator): Promise<PlatformClockDto> {
    if (await this.state.acknowledgeClock(keyId)) this.log.warn({ keyId }, 'the clock is acknowledged: removals go on by it');
    return toPlatformClockDto((await this.state.read()).clock);
  }
}
