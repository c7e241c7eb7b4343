import { Injectable } from '@nestjs/common';
import { type SentMessage, Sessions } from '#libs/contracts';

/** Nobody is connected to WhatsApp. */
@Injectable()
export class NoSessions extends Sessions {
  override sendText(): Promise<SentMessage> {
    return Promise.reject(new Error('There is no session'));
  }

  override logOutWhenStopped(): Promise<boolean> {
    return Promise.resolve(false);
  }
}
