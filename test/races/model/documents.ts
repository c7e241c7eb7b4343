const match = { environment: ['test'], connection: ['disconnected'] };
const GONE = { id: 'gone', kind: 'act', priority: 1, clock: 'latest', match, purge: { after: 'PT1H', grace: 'PT1H' } };
const deletion = { grace: 'P1D' };

/** Whole hours, and the clock is moved by halves: nothing becomes due in the middle of a command. */
export const DOCUMENTS = {
  'rules that remove': { hasPurgingRule: true, document: { mode: 'enforce', deletion, rules: [GONE] } },
  'rules that archive and remove': { hasPurgingRule: true, document: { mode: 'enforce', deletion, rules: [{ ...GONE, archive: { after: 'PT1H' }, purge: { after: 'PT2H', grace: 'PT1H' } }] } },
  'rules that remove after days': { hasPurgingRule: true, document: { mode: 'enforce', deletion, rules: [{ ...GONE, purge: { after: 'P2D', grace: 'PT1H' } }] } },
  'rules that want an approval': { hasPurgingRule: true, document: { mode: 'enforce', deletion, approvals: { purge: 1 }, rules: [GONE] } },
  'rules that give notice': { hasPurgingRule: true, document: { mode: 'enforce', deletion, notice: { before: 'PT1H', channels: ['journal'] }, rules: [GONE] } },
  'rules with a limit of a day': { hasPurgingRule: true, document: { mode: 'enforce', deletion, limits: { maxPer24h: 1 }, rules: [GONE] } },
  'deletions that want an approval': { hasPurgingRule: true, document: { mode: 'enforce', deletion: { grace: 'P1D', approvals: 1 }, rules: [GONE] } },
  'rules with a limit': { hasPurgingRule: true, document: { mode: 'enforce', deletion, limits: { maxPerRun: 1 }, rules: [GONE] } },
  'rules that archive': { hasPurgingRule: false, document: { mode: 'enforce', deletion, rules: [{ ...GONE, purge: undefined, archive: { after: 'PT1H' } }] } },
  'rules that are simulated': { hasPurgingRule: true, document: { mode: 'simulate', deletion, rules: [GONE] } },
  'rules that are off': { hasPurgingRule: true, document: { mode: 'off', deletion, rules: [GONE] } },
  'no rules': { hasPurgingRule: false, document: { mode: 'enforce', deletion, rules: [] } },
} as const;

export type Rules = keyof typeof DOCUMENTS;

export const ruled = (rules: Rules) => {
  const { document, hasPurgingRule } = DOCUMENTS[rules];
  const { mode, deletion: agreed, approvals, notice, limits } = document as Partial<Document> & Pick<Document, 'mode'>;
  return {
    ...{ mode, hasPurgingRule, givesNotice: notice !== undefined },
    approvals: { rule: approvals?.purge ?? 0, person: agreed?.approvals ?? 0 },
    limits: { perRun: limits?.maxPerRun ?? Infinity, perDay: limits?.maxPer24h ?? Infinity },
  };
};

interface Document {
  mode: 'off' | 'simulate' | 'enforce';
  deletion: { approvals?: number };
  approvals: { purge: number };
  notice: object;
  limits: { maxPerRun?: number; maxPer24h?: number };
}
