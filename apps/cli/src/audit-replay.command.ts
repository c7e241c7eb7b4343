import { type ComparedInstance, JournalReplay } from '#libs/audit';
import { isId, type TenantId } from '#libs/contracts';
import { explainFailure } from '#libs/platform';
import type { Command } from './command.js';
import { describeCompared } from './describe-compared.js';
import { openInstallation } from './open-installation.js';
import { countOf, print } from './print.js';

const DIFFERS = 1;
const NOT_JUDGED = 2;

interface Tally {
  all: number;
  differing: number;
  untold: number;
}

/** Changes nothing, and waits for nobody: the installation may be at work. */
export const auditReplay: Command = {
  name: 'audit replay',
  summary: 'replays what happened to each instance: exit 0 that is what there is, 1 it is not, 2 it cannot be said',
  flags: { compare: 'compares with the present state and prints every difference, names and numbers of phones among them' },
  options: { tenant: { value: 'id', summary: 'of one tenant alone' } },
  async run(flags, { options: { tenant } }) {
    if (!flags.has('compare')) return complain('audit replay needs --compare.');
    if (tenant !== undefined && !isId('ten', tenant)) return complain(`${tenant} is no id of a tenant.`);
    try {
      return conclude(await compareAll(tenant));
    } catch (error) {
      return complain(explainFailure(error));
    }
  },
};

async function compareAll(tenant: TenantId | undefined): Promise<Tally> {
  const { database, keyring, close } = await openInstallation();
  try {
    const replay = new JournalReplay(database, keyring);
    return await tell(tenant === undefined ? replay.ofAll() : replay.of(tenant));
  } finally {
    await close();
  }
}

async function tell(compared: AsyncGenerator<ComparedInstance>): Promise<Tally> {
  const tally = { all: 0, differing: 0, untold: 0 };
  for await (const instance of compared) {
    tally.all++;
    if (instance.comparison === null) tally.untold++;
    else if (instance.comparison.length > 0) tally.differing++;
    for (const line of describeCompared(instance)) print(line);
  }
  return tally;
}

function conclude({ all, differing, untold }: Tally): number {
  const parts = [`${countOf(all, 'instance')} replayed`, differing === 0 ? 'none differs from what is there' : `${countOf(differing, 'differs', 'differ')} from what is there`];
  print(`${[...parts, ...(untold === 0 ? [] : [`${untold.toLocaleString('en')} cannot be checked`])].join(', ')}.`);
  if (differing > 0) return DIFFERS;
  return untold > 0 ? NOT_JUDGED : 0;
}

function complain(line: string): number {
  process.stderr.write(`${line}\n`);
  return NOT_JUDGED;
}
