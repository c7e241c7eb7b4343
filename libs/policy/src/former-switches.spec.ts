import { checkDocument } from '#libs/retention';
import { describeFormerSwitches } from './former-switches.js';

const documentIn = (text: string): unknown => JSON.parse(/\{.*\}(?= Why)/.exec(text)![0]);

describe('who comes from the famous switch', () => {
  it('is told nothing when it is not set', () => {
    expect(describeFormerSwitches({ delInstance: undefined, delTempInstances: undefined })).toEqual([]);
  });

  it.each(['false', 'FALSE', '0', ''])('learns that %s is ignored, and that nothing is removed anyway', (value) => {
    const told = describeFormerSwitches({ delInstance: value, delTempInstances: value });
    expect(told).toHaveLength(2);
    for (const text of told) expect(text).toContain('is ignored: nothing removes an instance');
  });

  it.each([
    [{ delInstance: '5', delTempInstances: undefined }, 'for 5 minutes', 'PT1440M'],
    [{ delInstance: '43200', delTempInstances: undefined }, 'for 43200 minutes', 'PT43200M'],
    [{ delInstance: 'true', delTempInstances: undefined }, 'for true minutes', 'PT1440M'],
    [{ delInstance: '9'.repeat(30), delTempInstances: undefined }, 'minutes', 'PT1440M'],
    [{ delInstance: undefined, delTempInstances: 'true' }, 'at a restart', 'PT1440M'],
  ])('learns what %j meant, and gets rules that can be saved as they are', (switches, meaning, after) => {
    const [text] = describeFormerSwitches(switches);
    expect(text).toContain(meaning);
    const document = documentIn(text!);
    expect(checkDocument(document)).toEqual([]);
    expect(document).toMatchObject({ mode: 'simulate', rules: [{ archive: { after } }] });
  });
});
