import { Param, type PipeTransform } from '@nestjs/common';
import { BadPhoneNumber } from '../sandbox.errors.js';

/** E.164 without the plus. */
export const PHONE_NUMBER = /^[1-9][0-9]{6,14}$/;

class PhoneNumberPipe implements PipeTransform<string, string> {
  transform(text: string): string {
    if (!PHONE_NUMBER.test(text)) throw new BadPhoneNumber('/number');
    return text;
  }
}

/** `:number` of a simulated phone. @throws BadPhoneNumber */
export const PhoneNumberParam = () => Param('number', new PhoneNumberPipe());
