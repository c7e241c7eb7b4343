import { StartError } from './start-error.js';

describe('A start that failed', () => {
  it('says in one line what is wrong and then what to do', () => {
    const error = new StartError('The port 3000 is taken\n  (EADDRINUSE)', 'Set PORT to another one');
    expect(error.message).toBe('The port 3000 is taken (EADDRINUSE). Set PORT to another one.');
  });

  it('does not double the end of a sentence or of a statement', () => {
    const error = new StartError('Nobody may log in!', 'Run GRANT a TO b;');
    expect(error.message).toBe('Nobody may log in! Run GRANT a TO b;');
  });
});
