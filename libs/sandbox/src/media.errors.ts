import { Problem, ProblemType } from '#libs/platform';

@ProblemType({
  code: 'sandbox.message-without-media',
  status: 404,
  title: 'No such message with a file',
  cause: 'The phone shows no message with this id, or one that carries no file, or one that was deleted.',
  remedy: 'Take the id of a message whose media is not null from GET /v1/sandbox/phones/{number}/messages of the same phone.',
})
export class MessageNotFound extends Problem {
  constructor() {
    super('The phone shows no message with a file under this id.');
  }
}

@ProblemType({
  code: 'sandbox.media-gone',
  status: 410,
  title: 'The file is gone',
  cause: 'The sandbox keeps a tenant’s newest files, up to 256 MB and 2,000 of them, or the file is not what the message says.',
  remedy: 'Send it again.',
})
export class MediaGone extends Problem {
  constructor() {
    super('The file of this message is not there any more.');
  }
}

@ProblemType({
  code: 'sandbox.upload-not-found',
  status: 422,
  title: 'No such upload',
  cause: 'Nothing was uploaded under this id, or it has been too long ago.',
  remedy: 'Ask for an address, POST /v1/sandbox/phones/{number}/uploads, and PUT the file there first.',
})
export class UploadNotFound extends Problem {
  constructor() {
    super('Nothing was uploaded under this id.', { errors: [{ pointer: '/media/upload', detail: 'must be the id of an upload that has been made' }] });
  }
}
