import { Global, Module } from '@nestjs/common';
import { MessageArchive } from '#libs/contracts';
import { KeptMessages } from './kept-messages.js';
import { MessagesController } from './messages.controller.js';
import { MessagesRepository } from './messages.repository.js';
import { MessagesService } from './messages.service.js';

/** Global for the port it implements: sessions hand over what they receive. */
@Global()
@Module({
  controllers: [MessagesController],
  providers: [MessagesRepository, MessagesService, KeptMessages, { provide: MessageArchive, useExisting: KeptMessages }],
  exports: [MessageArchive],
})
export class MessagingModule {}
