import { Param, type PipeTransform } from '@nestjs/common';
import { BadPhoneNumber } from '../sandbox.errors.js';

/** E.164 without the plus. */
export const PHONE_NUMBER = /^[1-9][0-9]{6,14}$/;

class PhoneNumberPipe implements PipeTransform<string, string> {
  constructor(private readonly name: string) {}

  transform(text: string): string {
    if (!PHONE_NUMBER.test(text)) throw new BadPhoneNumber(`/${this.name}`);
    return text;
  }
}

/** `:number` of a simulated phone. @throws BadPhoneNumber */
export const PhoneNumberParam = () => Param('number', new PhoneNumberPipe('number'));

/** `:other`, the number of another one. @throws BadPhoneNumber */
export const OtherNumberParam = () => Param('other', new PhoneNumberPipe('other'));
