import { DEFAULT_SETTINGS, mergeSettings, needsNewSocket, type SettingsPatch } from './instance-settings.js';

const stored = { ...DEFAULT_SETTINGS, proxy: 'http://proxy.example:3128', rejectCallsText: 'Please write' };

describe('a patch of settings', () => {
  it.each<[string, SettingsPatch, string[]]>([
    ['that says nothing changes nothing', {}, []],
    ['that repeats what is stored changes nothing', { proxy: 'http://proxy.example:3128', ignoreStatus: true }, []],
    ['changes what it names and keeps the others', { alwaysOnline: true, historySync: 'full' }, ['alwaysOnline', 'historySync']],
    ['takes away what may be absent', { proxy: null, rejectCallsText: null }, ['proxy', 'rejectCallsText']],
    ['does not mind what is spelled out as undefined', { proxy: undefined, readReceipts: true }, ['readReceipts']],
  ])('%s', (_what, patch, fields) => {
    const merged = mergeSettings(stored, patch);
    expect(merged.fields).toEqual(fields);
    for (const field of Object.keys(stored) as (keyof typeof stored)[]) {
      expect(merged.settings[field]).toEqual(fields.includes(field) ? patch[field] : stored[field]);
    }
  });
});

describe('a new socket', () => {
  it.each<[SettingsPatch, boolean]>([
    [{ proxy: null }, true],
    [{ proxy: 'http://other.example:3128' }, true],
    [{ historySync: 'off' }, true],
    [{ alwaysOnline: true, readReceipts: true, ignoreGroups: true, ignoreStatus: false, rejectCalls: true, rejectCallsText: 'no' }, false],
    [{}, false],
  ])('after %j is needed: %s', (patch, needed) => {
    expect(needsNewSocket(stored, mergeSettings(stored, patch).settings)).toBe(needed);
  });
});
