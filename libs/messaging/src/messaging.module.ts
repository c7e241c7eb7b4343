import { type DynamicModule, Module } from '@nestjs/common';
import { MessageArchive } from '#libs/contracts';
import type { ProcessRoles } from '#libs/platform';
import { KeptMessages } from './kept-messages.js';
import { MessageContentsRepository } from './message-contents.repository.js';
import { MessagesPayload } from './messages-payload.js';
import { MessagesController } from './messages.controller.js';
import { MessagesRepository } from './messages.repository.js';
import { MessagesService } from './messages.service.js';

/** Global for the port it implements, by which sessions hand over what they receive, and for policy, which lets content go by age. */
@Module({})
export class MessagingModule {
  static forRoot(roles: ProcessRoles): DynamicModule {
    return {
      module: MessagingModule,
      global: true,
      controllers: roles.api ? [MessagesController] : [],
      providers: [MessagesRepository, MessageContentsRepository, MessagesService, MessagesPayload, KeptMessages, { provide: MessageArchive, useExisting: KeptMessages }],
      exports: [MessageArchive, MessageContentsRepository],
    };
  }
}
