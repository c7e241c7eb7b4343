import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { RetentionSettings } from '#libs/retention';
import { describeFormerSwitches } from './former-switches.js';

/** Says at the start what became of a switch that somebody brought along. */
@Injectable()
export class FormerSwitchNotice implements OnApplicationBootstrap {
  private readonly log = new Logger('policy');

  constructor(private readonly settings: RetentionSettings) {}

  onApplicationBootstrap(): void {
    for (const text of describeFormerSwitches(this.settings)) this.log.warn(text);
  }
}
