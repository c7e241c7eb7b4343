import { actRule, documentOf, retainRule } from '../test/retention-case.js';
import { findUnsupported } from './find-unsupported.js';

describe('what cannot be activated yet', () => {
  it('is everything that concerns removal, each named', () => {
    const document = documentOf({
      notice: { before: 'P3D', channels: ['webhook'] },
      approvals: { purge: 1 },
      deletion: { grace: 'P7D' },
      messages: { keep: 'P90D' },
      rules: [
        retainRule({ messages: { keep: 'P90D' } }),
        actRule({ match: { reason: ['banned'] }, archive: { after: 'P1D' }, purge: { after: 'P90D', grace: 'P14D' } }),
      ],
    });
    expect(findUnsupported(document).map(({ pointer }) => pointer)).toEqual([
      '/notice',
      '/approvals',
      '/deletion',
      '/messages',
      '/rules/0/messages',
      '/rules/1/purge',
    ]);
    expect(findUnsupported(document)[5]?.detail).toBe('removal by rule is not available yet: it can be saved, not activated');
  });

  it('is nothing of what archives, keeps or only gates removals', () => {
    const document = documentOf({
      timezone: 'Europe/Berlin',
      windows: [{ days: ['MON'], from: '02:00', to: '05:00' }],
      limits: { maxPerRun: 1 },
      exempt: { labels: ['vip'] },
      rules: [retainRule(), actRule({ archive: { after: 'P30D' } })],
    });
    expect(findUnsupported(document)).toEqual([]);
  });
});
