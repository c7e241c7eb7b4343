import type { ConnectionState, NodeId } from '#libs/contracts';
import { Problem, ProblemType } from '#libs/platform';

@ProblemType({
  code: 'instance-not-connected',
  status: 409,
  title: 'The instance is not connected',
  cause: 'This needs a live connection to WhatsApp, and the instance has none at the moment.',
  remedy: 'Read GET /v1/instances/{id}/connection: start it, pair it, or wait until it has reconnected.',
})
export class InstanceNotConnected extends Problem {
  constructor(state: ConnectionState) {
    super(`The instance is ${state.replace('_', ' ')}.`, { state });
  }
}

@ProblemType({
  code: 'session-elsewhere',
  status: 409,
  title: 'Another node holds the session',
  cause: 'The session lives in another process, which this one cannot reach.',
  remedy: 'Send the request to the node that `ownerNode` names.',
})
export class SessionElsewhere extends Problem {
  constructor(ownerNode: NodeId) {
    super(`The session is held by node ${ownerNode}.`, { ownerNode });
  }
}

@ProblemType({
  code: 'instance-not-running',
  status: 409,
  title: 'The instance should not run',
  cause: 'The instance is stopped or archived, so there is nothing to restart.',
  remedy: 'Start it: POST /v1/instances/{id}/start; an archived one is restored first.',
})
export class InstanceNotRunning extends Problem {
  constructor() {
    super('The instance is stopped or archived.');
  }
}

@ProblemType({
  code: 'no-pairing',
  status: 404,
  title: 'There is nothing to scan now',
  cause: 'A QR code exists only while the instance is pairing, and each one for a short time.',
  remedy: 'Start the instance, then read its connection again; `pairing` is there while a code can be scanned.',
})
export class NoPairing extends Problem {
  constructor(state: ConnectionState) {
    super(`The instance is ${state.replace('_', ' ')} and has no QR code at the moment.`, { state });
  }
}

@ProblemType({
  code: 'other-number',
  status: 409,
  title: 'The instance belongs to another number',
  cause: 'The instance was paired with another phone number before, and a pairing must not change whose messages it holds by accident.',
  remedy: 'Pair the same phone, create an instance of its own for this one, or allow it: POST /v1/instances/{id}/restart?allowOtherNumber=true.',
})
export class OtherNumberRefused extends Problem {
  constructor() {
    super('The instance was paired with another phone number before.');
  }
}

@ProblemType({
  code: 'too-many-streams',
  status: 429,
  title: 'Too many watch their connections',
  cause: 'This process follows no more than 200 connections live at a time.',
  remedy: 'Close streams that nobody looks at, or read GET /v1/instances/{id}/connection now and then.',
})
export class TooManyStreams extends Problem {
  constructor() {
    super('This process serves as many streams as it may.');
  }
}

@ProblemType({
  code: 'message-refused',
  status: 502,
  title: 'WhatsApp refused the message',
  cause: 'WhatsApp answered with an error instead of an acknowledgement.',
  remedy: 'Look at `whatsappCode`; 463 means that WhatsApp does not let this account begin new chats.',
})
export class MessageRefused extends Problem {
  constructor(whatsappCode: string) {
    super(`WhatsApp refused the message with code ${whatsappCode}.`, { whatsappCode });
  }
}

@ProblemType({
  code: 'acknowledgement-missing',
  status: 504,
  title: 'WhatsApp did not acknowledge the message',
  cause: 'The message left, and no acknowledgement came in time: nobody knows whether it will arrive.',
  remedy: 'Look at the chat before sending it again.',
})
export class AcknowledgementMissing extends Problem {
  constructor() {
    super('No acknowledgement came in time; the message may still arrive.');
  }
}

@ProblemType({
  code: 'node-not-found',
  status: 404,
  title: 'No such node',
  cause: 'The id is unknown: the process has ended, or has taken a new lease under another id.',
  remedy: 'List the nodes with the operator key: GET /v1/nodes.',
})
export class NodeNotFound extends Problem {
  constructor() {
    super('There is no node with this id.');
  }
}
