import { actRule, documentOf, retainRule } from '../test/retention-case.js';
import { findUnsupported } from './find-unsupported.js';

describe('what cannot be activated yet', () => {
  it('is what nothing acts on, each named', () => {
    const document = documentOf({
      notice: { before: 'P3D', channels: ['journal', 'webhook'] },
      approvals: { purge: 1 },
      deletion: { grace: 'P7D', approvals: 1 },
      messages: { keep: 'P90D', media: { keep: 'P30D' } },
      rules: [
        retainRule({ messages: { keep: 'P90D', media: { keep: 'P30D' } } }),
        actRule({ match: { reason: ['banned'] }, archive: { after: 'P1D' }, purge: { after: 'P90D', grace: 'P14D' } }),
      ],
    });
    expect(findUnsupported(document).map(({ pointer }) => pointer)).toEqual([
      '/messages/media',
      '/notice/channels/1',
      '/rules/0/messages/media',
    ]);
    expect(findUnsupported(document)[1]?.detail).toBe('notice by webhook is not available yet: say journal');
  });

  it('is nothing of what archives, removes, keeps, gates removals or lets the content of messages go', () => {
    const document = documentOf({
      timezone: 'Europe/Berlin',
      windows: [{ days: ['MON'], from: '02:00', to: '05:00' }],
      limits: { maxPerRun: 1, maxPercentPerRun: 5, maxPer24h: 1 },
      exempt: { labels: ['vip'] },
      messages: { keep: 'P90D' },
      rules: [retainRule({ messages: { keep: 'P365D' } }), actRule({ match: { reason: ['banned'] }, archive: { after: 'P30D' }, purge: { after: 'P90D', grace: 'P14D' } })],
    });
    expect(findUnsupported(document)).toEqual([]);
  });
});
