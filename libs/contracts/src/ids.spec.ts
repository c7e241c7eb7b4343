import { idFrom, isId, newId, uuidOf } from './ids.js';

describe('an id', () => {
  it('holds the uuid it was made from', () => {
    const uuid = '0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b';
    expect(uuidOf(idFrom('ins', uuid))).toBe(uuid);
  });

  it('sorts by the time it was made', async () => {
    const first = newId('evt');
    await new Promise((resolve) => setTimeout(resolve, 3));
    expect(first < newId('evt')).toBe(true);
  });

  it.each([
    ['another kind', newId('ten')],
    ['an overflow of 128 bits', 'ins_8zzzzzzzzzzzzzzzzzzzzzzzzz'],
    ['a letter outside the alphabet', 'ins_01h455vb4pex5vsknk084sn02u'],
    ['one whose uuid has no version', 'ins_0000000000000000000000g000'],
    ['a bare uuid', '0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b'],
    ['nothing', ''],
  ])('is not %s', (_what, text) => {
    expect(isId('ins', text)).toBe(false);
  });
});
