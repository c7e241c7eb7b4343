import { type DynamicModule, Module } from '@nestjs/common';
import { MessageArchive } from '#libs/contracts';
import type { ProcessRoles } from '#libs/platform';
import { KeptMessages } from './kept-messages.js';
import { MessagesPayload } from './messages-payload.js';
import { MessagesController } from './messages.controller.js';
import { MessagesRepository } from './messages.repository.js';
import { MessagesService } from './messages.service.js';

/** Global for the port it implements: sessions hand over what they receive. */
@Module({})
export class MessagingModule {
  static forRoot(roles: ProcessRoles): DynamicModule {
    return {
      module: MessagingModule,
      global: true,
      controllers: roles.api ? [MessagesController] : [],
      providers: [MessagesRepository, MessagesService, MessagesPayload, KeptMessages, { provide: MessageArchive, useExisting: KeptMessages }],
      exports: [MessageArchive],
    };
  }
}
