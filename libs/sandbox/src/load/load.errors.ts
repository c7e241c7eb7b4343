import { Problem, ProblemType } from '#libs/platform';

@ProblemType({
  code: 'sandbox.load-not-found',
  status: 404,
  title: 'There is no load',
  cause: 'Nobody has had phones made by the thousand for this tenant.',
  remedy: 'Make them: PUT /v1/sandbox/load.',
})
export class LoadNotFound extends Problem {
  constructor() {
    super('This tenant has no load.');
  }
}

@ProblemType({
  code: 'sandbox.traffic-runs',
  status: 409,
  title: 'The phones are writing already',
  cause: 'One traffic per tenant runs at a time.',
  remedy: 'Wait for its end, or end it: DELETE /v1/sandbox/load/traffic.',
})
export class TrafficRuns extends Problem {
  constructor() {
    super('Another traffic runs.');
  }
}

@ProblemType({
  code: 'sandbox.nobody-to-write-to',
  status: 409,
  title: 'Nobody to write to',
  cause: 'No phone of the load has a linked device, or there is no second phone that could write to it.',
  remedy: 'Link instances or devices to phones of the load first, and make one phone more than you link.',
})
export class NobodyToWriteTo extends Problem {
  constructor() {
    super('There is nobody to write to, or nobody to write.');
  }
}
