import { HistorySyncType } from '../whatsapp-engine.js';
import { DEFAULT_SETTINGS, type InstanceSettings } from './instance-settings.js';
import { socketOptions } from './socket-options.js';

const [ANA, LID, GROUP, STATUS, NEWSLETTER] = ['5511999990002@s.whatsapp.net', '104242@lid', '120363000000000000@g.us', 'status@broadcast', '120363@newsletter'];
const optionsOf = (settings: Partial<InstanceSettings>) => socketOptions(() => ({ ...DEFAULT_SETTINGS, ...settings }));

describe('a session', () => {
  it.each<[string, Partial<InstanceSettings>, string[]]>([
    ['without settings ignores status updates and newsletters', {}, [STATUS, NEWSLETTER]],
    ['that shall ignore groups ignores them, too', { ignoreGroups: true }, [GROUP, STATUS, NEWSLETTER]],
    ['that shall not ignore status updates still ignores newsletters', { ignoreStatus: false }, [NEWSLETTER]],
  ])('%s', (_what, settings, ignored) => {
    const { shouldIgnoreJid } = optionsOf(settings);
    expect([ANA, LID, GROUP, STATUS, NEWSLETTER].filter((jid) => shouldIgnoreJid(jid))).toEqual(ignored);
  });

  it('follows a change of what it ignores without a new socket', () => {
    let settings = DEFAULT_SETTINGS;
    const { shouldIgnoreJid } = socketOptions(() => settings);
    expect(shouldIgnoreJid(GROUP)).toBe(false);
    settings = { ...settings, ignoreGroups: true };
    expect(shouldIgnoreJid(GROUP)).toBe(true);
  });

  it.each([true, false])('comes online as its contacts shall see it: %s', (alwaysOnline) => {
    expect(optionsOf({ alwaysOnline }).markOnlineOnConnect).toBe(alwaysOnline);
  });

  const { INITIAL_BOOTSTRAP, PUSH_NAME, NON_BLOCKING_DATA, RECENT, FULL, ON_DEMAND, INITIAL_STATUS_V3 } = HistorySyncType;
  it.each<[InstanceSettings['historySync'], number[], boolean]>([
    ['off', [INITIAL_BOOTSTRAP, PUSH_NAME, NON_BLOCKING_DATA], false],
    ['recent', [INITIAL_BOOTSTRAP, PUSH_NAME, NON_BLOCKING_DATA, RECENT, ON_DEMAND, INITIAL_STATUS_V3], false],
    ['full', [INITIAL_BOOTSTRAP, PUSH_NAME, NON_BLOCKING_DATA, RECENT, ON_DEMAND, INITIAL_STATUS_V3, FULL], true],
  ])('with the history sync %s takes of the past what it says, and always who is who', (historySync, taken, asksForAll) => {
    const { shouldSyncHistoryMessage, syncFullHistory } = optionsOf({ historySync });
    const all = [INITIAL_BOOTSTRAP, PUSH_NAME, NON_BLOCKING_DATA, RECENT, ON_DEMAND, INITIAL_STATUS_V3, FULL];
    expect(all.filter((syncType) => shouldSyncHistoryMessage({ syncType }))).toEqual(taken);
    expect(syncFullHistory).toBe(asksForAll);
  });
});
