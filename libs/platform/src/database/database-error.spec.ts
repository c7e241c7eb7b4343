import { isBusy, isConnectionLoss } from './database-error.js';

const failure = (message: string, code?: string) => Object.assign(new Error(message), { code });

describe('a database that fails', () => {
  it.each([
    ['is gone in the middle of a query', failure('Connection terminated unexpectedly')],
    ['has no connection left', failure('timeout exceeded when trying to connect')],
    ['is not listening', failure('connect ECONNREFUSED 127.0.0.1:5432', 'ECONNREFUSED')],
    ['shuts down', failure('terminating connection due to administrator command', '57P01')],
    ['takes nobody any more', failure('sorry, too many clients already', '53300')],
  ])('%s: it is away', (_how, error) => {
    expect([isConnectionLoss(error), isBusy(error)]).toEqual([true, false]);
  });

  it.each([
    ['gives up a statement that takes too long', failure('canceling statement due to statement timeout', '57014')],
    ['finds a deadlock', failure('deadlock detected', '40P01')],
  ])('%s: it is busy', (_how, error) => {
    expect([isConnectionLoss(error), isBusy(error)]).toEqual([false, true]);
  });

  it('refuses a statement: it is neither', () => {
    const error = failure('duplicate key value violates unique constraint', '23505');
    expect([isConnectionLoss(error), isBusy(error)]).toEqual([false, false]);
  });
});
