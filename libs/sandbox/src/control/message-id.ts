import { Param, type PipeTransform } from '@nestjs/common';
import { MessageNotFound } from '../media.errors.js';

const MESSAGE_ID = /^[\w.-]{1,128}$/;

class MessageIdPipe implements PipeTransform<string, string> {
  transform(text: string): string {
    if (!MESSAGE_ID.test(text)) throw new MessageNotFound();
    return text;
  }
}

/** `:message`, WhatsApp's id. @throws MessageNotFound for what cannot be one */
export const MessageIdParam = () => Param('message', new MessageIdPipe());
