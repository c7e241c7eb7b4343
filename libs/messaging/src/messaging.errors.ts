import { Problem, ProblemType } from '#libs/platform';

@ProblemType({
  code: 'message-not-listed',
  status: 504,
  title: 'The message was sent, and is not in the list yet',
  cause: 'WhatsApp acknowledged the message, and the database could not be reached to put it down.',
  remedy: 'Do not send it again. It is listed when the database is back.',
})
export class MessageNotListed extends Problem {
  constructor() {
    super('The message was sent; it could not be put down yet.');
  }
}
