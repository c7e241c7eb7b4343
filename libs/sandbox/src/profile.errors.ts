import { Problem, ProblemType } from '#libs/platform';

@ProblemType({
  code: 'sandbox.picture-too-large',
  status: 413,
  title: 'The picture is too large',
  cause: 'A picture of a profile or group has at most 1 MB.',
  remedy: 'Make it smaller: WhatsApp’s own have 640 by 640 pixels.',
})
export class PictureTooLarge extends Problem {
  constructor() {
    super('This picture is too large.');
  }
}

@ProblemType({
  code: 'sandbox.too-many-blocked',
  status: 409,
  title: 'Too many are blocked',
  cause: 'An account does not want to hear 1,000 others at most.',
  remedy: 'Unblock somebody first.',
})
export class TooManyBlocked extends Problem {
  constructor() {
    super('This account has blocked as many as it may.');
  }
}

@ProblemType({
  code: 'sandbox.picture-not-found',
  status: 404,
  title: 'No picture',
  cause: 'Nobody has this number, or there is no picture, or its owner does not let this account see it.',
  remedy: 'Set one: PUT /v1/sandbox/phones/{number}/profile/picture.',
})
export class PictureNotFound extends Problem {
  constructor() {
    super('There is no picture to see.');
  }
}
