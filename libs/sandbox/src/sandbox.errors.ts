import { Problem, ProblemType } from '#libs/platform';

@ProblemType({
  code: 'sandbox.test-key-required',
  status: 403,
  title: 'The sandbox takes test keys',
  cause: 'A live key was used. Simulated phones belong to test instances, which a live key cannot see.',
  remedy: 'Create a key with "environment": "test" and use that.',
})
export class TestKeyRequired extends Problem {
  constructor() {
    super('This needs a test key.');
  }
}

@ProblemType({
  code: 'sandbox.bad-phone-number',
  status: 422,
  title: 'Not a phone number',
  cause: 'A number is 7 to 15 digits, country code first, without a plus and without a leading zero.',
  remedy: 'Write it like 5511999990001.',
})
export class BadPhoneNumber extends Problem {
  constructor(pointer: string) {
    super('This is not a phone number.', { errors: [{ pointer, detail: 'must be 7 to 15 digits without a plus or a leading zero' }] });
  }
}

@ProblemType({
  code: 'sandbox.phone-not-found',
  status: 404,
  title: 'No such phone',
  cause: 'No simulated phone of this tenant has the number.',
  remedy: 'Create it: POST /v1/sandbox/phones.',
})
export class PhoneNotFound extends Problem {
  constructor() {
    super('There is no simulated phone with this number.');
  }
}

@ProblemType({
  code: 'sandbox.phone-exists',
  status: 409,
  title: 'The phone has another name',
  cause: 'The number already has a phone, under another name. Creating it again with the same name, or with none, changes nothing and is fine.',
  remedy: 'Use the phone as it is, or another number.',
})
export class PhoneExists extends Problem {
  constructor() {
    super('This number already has a phone with another name.');
  }
}

@ProblemType({
  code: 'sandbox.too-many-phones',
  status: 409,
  title: 'Too many phones',
  cause: 'A tenant has at most 10,000 simulated phones.',
  remedy: 'Use the phones there are.',
})
export class TooManyPhones extends Problem {
  constructor() {
    super('This tenant has as many simulated phones as it may have.');
  }
}

@ProblemType({
  code: 'sandbox.too-many-devices',
  status: 409,
  title: 'Too many linked devices',
  cause: 'A simulated phone has at most 100 linked devices.',
  remedy: 'Unlink them: POST /v1/sandbox/phones/{number}/unlink.',
})
export class TooManyDevices extends Problem {
  constructor() {
    super('This phone has as many linked devices as it may have.');
  }
}

@ProblemType({
  code: 'sandbox.bad-qr',
  status: 422,
  title: 'Not a pairing QR code',
  cause: 'The text is not that of a QR code by which a device is linked.',
  remedy: 'Send the text of pairing.qr as GET /v1/instances/{id}/connection shows it, unchanged.',
})
export class BadQr extends Problem {
  constructor() {
    super('This is not the text of a pairing QR code.', { errors: [{ pointer: '/qr', detail: 'must be the text of a pairing QR code' }] });
  }
}

@ProblemType({
  code: 'sandbox.qr-expired',
  status: 409,
  title: 'The QR code is not valid any more',
  cause: 'The code was replaced by a newer one, was used, or the instance stopped asking.',
  remedy: 'Read the newest code and scan that.',
})
export class QrExpired extends Problem {
  constructor() {
    super('Nobody waits for this QR code.');
  }
}

@ProblemType({
  code: 'sandbox.no-pairing-code',
  status: 409,
  title: 'No pairing code was asked for',
  cause: 'No instance waits for a pairing code on this number.',
  remedy: 'Ask for one: POST /v1/instances/{id}/pairing-code.',
})
export class NoPairingCode extends Problem {
  constructor() {
    super('No instance waits for a pairing code on this number.');
  }
}

@ProblemType({
  code: 'sandbox.wrong-code',
  status: 422,
  title: 'The pairing code is wrong',
  cause: 'The code is not the one that the instance shows.',
  remedy: 'Ask for a new code: a wrong one cannot be corrected.',
})
export class WrongCode extends Problem {
  constructor() {
    super('This is not the code that the instance shows.', { errors: [{ pointer: '/code', detail: 'is not the code that the instance shows' }] });
  }
}

@ProblemType({
  code: 'sandbox.pairing-unanswered',
  status: 504,
  title: 'The instance did not finish pairing',
  cause: 'The phone did its part and the instance did not answer in time, or went away.',
  remedy: 'Start pairing again.',
})
export class PairingUnanswered extends Problem {
  constructor() {
    super('The instance did not finish pairing in time.');
  }
}

@ProblemType({
  code: 'sandbox.recipient-unknown',
  status: 422,
  title: 'Nobody has this number',
  cause: 'A simulated phone can write only to numbers that have a simulated phone.',
  remedy: 'Create the phone first: POST /v1/sandbox/phones.',
})
export class RecipientUnknown extends Problem {
  constructor() {
    super('No simulated phone has this number.', { errors: [{ pointer: '/to', detail: 'must be the number of a simulated phone' }] });
  }
}

@ProblemType({
  code: 'sandbox.bad-message',
  status: 422,
  title: 'The phone cannot send that',
  cause: 'A message refers to one that is not on the phone’s screen in that chat, or to one with which this cannot be done.',
  remedy: 'Take the id from GET /v1/sandbox/phones/{number}/messages of the same phone.',
})
export class BadMessage extends Problem {
  constructor(pointer: string, detail: string) {
    super(`The named message ${detail}.`, { errors: [{ pointer, detail }] });
  }
}

@ProblemType({
  code: 'sandbox.bad-fault',
  status: 422,
  title: 'The fault cannot be had like that',
  cause: 'Not every kind takes every field: only what lasts takes seconds, only what meets somebody who has said who they are can be aimed at one phone.',
  remedy: 'Leave out or add the named field; docs/sandbox.md has a table of them.',
})
export class BadFault extends Problem {
  constructor(pointer: string, detail: string) {
    super('This kind of fault takes other fields.', { errors: [{ pointer, detail }] });
  }
}

@ProblemType({
  code: 'sandbox.too-many-faults',
  status: 409,
  title: 'Too many faults at once',
  cause: 'At most 1,000 faults of a tenant last at the same time.',
  remedy: 'End them: DELETE /v1/sandbox/faults. One that is aimed at no phone meets all of them.',
})
export class TooManyFaults extends Problem {
  constructor() {
    super('As many faults last as may last at once.');
  }
}
