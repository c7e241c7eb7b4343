import { Logger } from '@nestjs/common';
import { type NodeId, uuidOf } from '#libs/contracts';
import { until } from '#libs/testing';
import { FleetGround } from '../test/fleet-ground.js';
import { NodesRepository } from './nodes.repository.js';
import { NodeShare } from './node-share.js';

describe('the share of a node, as the rows tell it', () => {
  let fleet: FleetGround;
  let me: NodeId;
  let share: NodeShare;

  beforeAll(async () => {
    fleet = await FleetGround.start([NodeShare]);
    me = await fleet.node();
    share = fleet.get(NodeShare);
  });
  afterAll(() => fleet.close());

  /** Looks until it has counted again: it does not count all the time. */
  const untilShare = (test: number) =>
    until(`a share of ${test}`, async () => {
      await share.look(me);
      return share.share.test === test;
    }, 5_000);
  const untilWaiting = (all: number, due: number) =>
    until(`${all} that wait, ${due} of them due`, async () => {
      await share.look(me);
      return share.waiting.all.test === all && share.waiting.due.test === due;
    }, 5_000);
  const report = (node: NodeId, live: number, test: number) => fleet.get(NodesRepository).report(node, { live, test });
  const forget = (node: NodeId) => fleet.get(NodesRepository).remove(node);

  it('is all that should run while it is alone', async () => {
    await fleet.started(5);
    await share.look(me);
    expect([share.share, share.room]).toEqual([{ live: 0, test: 5 }, 5]);
    expect(share.waiting).toMatchObject({ all: { live: 0, test: 5 }, due: { live: 0, test: 5 } });
    expect(share.waiting.longestSeconds).toBeGreaterThan(0);
  });

  it('is half of what another one holds and of what waits, once that has come round', async () => {
    const other = await fleet.node();
    await share.look(me);
    // it says nothing yet: nobody waits for it
    expect(share.share).toEqual({ live: 0, test: 5 });
    await report(other, 0, 7);
    await untilShare(6);
    await forget(other);
  });

  it('does not count who stands still, drains or is gone', async () => {
    const [still, drains, gone] = [await fleet.node(), await fleet.node(), await fleet.node()];
    await Promise.all([report(still, 0, 2), report(drains, 0, 3), report(gone, 0, 9)]);
    await fleet.look(`UPDATE nodes SET rounds_at = now() - interval '20 seconds' WHERE id = $1`, uuidOf(still));
    await fleet.get(NodesRepository).drain(drains);
    await fleet.lapse(gone);
    await untilShare(8);
    await Promise.all([still, drains, gone].map(forget));
  });

  it('does not count a tenant that is suspended, nor what is put off as due', async () => {
    const [first] = await fleet.look<{ id: string }>('SELECT instance_id AS id FROM session_queue LIMIT 1');
    await fleet.look(`UPDATE session_queue SET due_at = now() + interval '1 hour' WHERE instance_id = $1`, first!.id);
    await untilWaiting(5, 4);
    await fleet.look('UPDATE tenants SET suspended_at = now()');
    await untilWaiting(0, 0);
    await fleet.look('UPDATE tenants SET suspended_at = NULL');
    await fleet.look('UPDATE session_queue SET due_at = now()');
    await untilWaiting(5, 5);
  });

  it('is nothing once it drains itself', async () => {
    const draining = await fleet.node();
    await fleet.get(NodesRepository).drain(draining);
    await share.look(draining);
    expect([share.share, share.room]).toEqual([{ live: 0, test: 0 }, 0]);
    await forget(draining);
  });

  it('says once a minute that there are not places enough, and how long somebody has waited', async () => {
    const warnings: string[] = [];
    const hear = (message: string) => void warnings.push(message);
    Logger.overrideLogger({ warn: hear, log: hear, error: hear });
    await fleet.look('UPDATE nodes SET capacity = 2 WHERE id = $1', uuidOf(me));
    await share.look(me);
    await share.look(me);
    Logger.overrideLogger(false);
    expect(share.room).toBe(2);
    expect(warnings).toEqual([expect.stringMatching(/^3 instances wait: the workers have places for 2 and 5 should run; the longest waits for \d+ s$/)]);
  });
});
