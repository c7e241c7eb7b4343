import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet } from './fleet.js';
import type { WhatsAppTrouble } from './plan-troubles.js';
import type { TroubleLog } from './trouble-log.js';

/** Lets WhatsApp fail in the order of the plan until the time is over. While there is no sandbox there is nothing that could fail. */
export async function troubleWhatsApp(fleet: Fleet, plan: readonly WhatsAppTrouble[], log: TroubleLog): Promise<void> {
  for (const { fault, aimedAt, peaceMs } of plan) {
    if (log.isOver) return;
    const phoneNumber = aimedAt === null ? {} : { phoneNumber: fleet.instances[aimedAt]!.phoneNumber };
    const status = await fleet.phones.post('/v1/sandbox/faults', { ...fault, ...phoneNumber }).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 201) log.note(fault.kind);
    else if (status !== 0 && status !== 503) throw new Error(`The sandbox takes no ${fault.kind}: ${status}`);
    await sleep(peaceMs);
  }
}
