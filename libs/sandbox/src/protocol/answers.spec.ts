import { answeredBy, answerTo } from './answers.js';
import { stanza } from './stanza.js';

const [ANA, BOB] = ['5511999990001@s.whatsapp.net', '5511999990002@s.whatsapp.net'];

describe('what a device answers', () => {
  it('is a message, by any receipt for its id', () => {
    const message = stanza('message', { id: 'M1', from: BOB });
    expect(answeredBy(stanza('receipt', { id: 'M1', to: ANA, type: 'sender' }))).toContain(answerTo(message));
  });

  it('is every message that a receipt lists', () => {
    const receipt = stanza('receipt', { id: 'M1', to: BOB, type: 'read' }, [stanza('list', {}, [stanza('item', { id: 'M2' }), stanza('item', { id: 'M3' })])]);
    expect(answeredBy(receipt)).toEqual(['M1', 'M2', 'M3'].map((id) => answerTo(stanza('message', { id }))));
  });

  it('is a message that it could not handle, by an acknowledgement', () => {
    const message = stanza('message', { id: 'M1', from: BOB });
    expect(answeredBy(stanza('ack', { class: 'message', id: 'M1', to: BOB, from: ANA, error: 500 }))).toContain(answerTo(message));
  });

  it('is one of several receipts for the same message, not the others', () => {
    const [delivered, read, delivered2] = [{ from: BOB }, { from: BOB, type: 'read' }, { from: ANA }].map((attrs) => stanza('receipt', { id: 'M1', ...attrs }));
    const answered = answeredBy(stanza('ack', { class: 'receipt', id: 'M1', to: BOB, type: 'read' }));
    expect([delivered, read, delivered2].map((receipt) => answered.includes(answerTo(receipt!)))).toEqual([false, true, false]);
  });

  it('is the receipt of one member of a group, not of another', () => {
    const group = '120363000000000001@g.us';
    const [anas, bobs] = [ANA, BOB].map((participant) => stanza('receipt', { id: 'M1', from: group, participant }));
    const answered = answeredBy(stanza('ack', { class: 'receipt', id: 'M1', to: group, participant: BOB }));
    expect([anas, bobs].map((receipt) => answered.includes(answerTo(receipt!)))).toEqual([false, true]);
  });
});
