import { planPatch } from './plan-patch.js';

const stored = { name: 'shop', labels: { plan: 'free', region: 'br' }, deletionProtection: false };

describe('a patch', () => {
  it.each([
    ['that says nothing changes nothing', {}, {}],
    ['that repeats what is stored changes nothing', { name: 'shop', labels: { plan: 'free' }, deletionProtection: false }, {}],
    ['sets the labels it names and keeps the others', { labels: { plan: 'pro' } }, { labels: { plan: 'pro', region: 'br' } }],
    ['takes away the labels it sets to null', { labels: { plan: null } }, { labels: { region: 'br' } }],
    ['does not mind a label that is not there', { labels: { gone: null } }, {}],
    ['changes several fields at once', { name: 'store', deletionProtection: true }, { name: 'store', deletionProtection: true }],
  ])('%s', (_what, patch, change) => {
    expect(planPatch(stored, patch)).toEqual(change);
  });
});
