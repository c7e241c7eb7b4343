import { Superuser, until } from '#libs/testing';
import { pairInstance } from '../setup/paired-instance.js';
import { TestApplication } from '../setup/test-application.js';

const OWN = '5511999990001';
const FRIEND = '5511999990002';

interface MessageView {
  chat: string;
  text: string;
}

/** WhatsApp knows a person by a number and by a LID; a conversation with them is one. */
describe('a message to the LID of somebody whose number is known', () => {
  let test: TestApplication;
  let superuser: Superuser;

  beforeAll(async () => {
    test = await TestApplication.start();
    superuser = new Superuser(test.database);
  }, 30_000);
  afterAll(async () => {
    await superuser.end();
    await test.close();
  });

  it('is kept once, in the conversation with that number', async () => {
    const { client } = await test.tenant();
    const id = await pairInstance(client, 'shop', OWN);
    const messages = async () => (await client.get<{ data: MessageView[] }>(`/v1/instances/${id}/messages`)).body.data;
    await client.post('/v1/sandbox/phones', { phoneNumber: FRIEND, name: 'Ana' });
    await client.post(`/v1/instances/${id}/messages`, { to: FRIEND, type: 'text', text: 'to the number' });
    const [friend] = await superuser.look<{ lid: string }>(`SELECT lid FROM sandbox.phones WHERE number = $1`, FRIEND);
    const sent = await client.post<MessageView>(`/v1/instances/${id}/messages`, { to: `${friend!.lid}@lid`, type: 'text', text: 'to the LID' });
    expect(sent).toMatchObject({ status: 201, body: { chat: `${FRIEND}@s.whatsapp.net`, text: 'to the LID' } });
    // what comes after it is kept after it: by then its echo has arrived
    await client.post(`/v1/sandbox/phones/${FRIEND}/messages`, { to: OWN, text: 'the answer' });
    await until('the answer', async () => (await messages()).some(({ text }) => text === 'the answer'));
    expect((await messages()).map(({ text }) => text).sort()).toEqual(['the answer', 'to the LID', 'to the number']);
  });
});
