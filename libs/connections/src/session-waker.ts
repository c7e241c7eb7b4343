import { Injectable } from '@nestjs/common';
import { Waker } from '#libs/platform';

/** Woken when the next round of this worker should not wait. */
@Injectable()
export class SessionWaker extends Waker {}
