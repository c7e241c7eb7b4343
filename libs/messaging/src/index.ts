export { type ContentTerms, type DueContent, MessageContentsRepository } from './message-contents.repository.js';
export { MessagingModule } from './messaging.module.js';
