import { join } from 'node:path';
import { openSqlite } from '../../packages/worker/src/store/sqlite';
import type { Figure } from './figure';
import { root } from './place';
import { delay, startWorld } from './world';

const WAITING = 1_000;
const PEOPLE = 20;

/** Time from the end of an outage until a thousand waiting messages are stored, routed and queued for their agents. */
export async function backlog(): Promise<Figure[]> {
  const world = await startWorld({ agent: join(root, 'test/bench/fixtures/idle-agent.sh'), people: PEOPLE });
  try {
    await world.open(PEOPLE);
    await world.quiet(1_500);
    const db = openSqlite(join(world.dir, 'ccbot.db'), { readonly: true });
    const done = db.prepare<[], { n: number }>("SELECT count(*) AS n FROM updates WHERE state = 'done'");
    const before = done.get()?.n ?? 0;
    await world.telegram.refuse();
    for (let i = 0; i < WAITING; i++) world.people[i % PEOPLE]?.say(`message ${i}`);
    const polled = world.telegram.polls.length;
    await world.telegram.resume();
    // The backoff before the next poll is not part of the measurement.
    while (world.telegram.polls.length === polled) await delay(5);
    const since = performance.now();
    while ((done.get()?.n ?? 0) < before + WAITING) {
      if (performance.now() - since > 60_000) throw new Error('the backlog was not handled within a minute');
      await delay(20);
    }
    const seconds = (performance.now() - since) / 1_000;
    db.close();
    return [
      {
        what: `${WAITING} waiting updates handled after an outage`,
        unit: 's',
        value: seconds,
        target: 5,
        note: `${PEOPLE} chats; handled: stored, routed and queued for the agent, on disk`,
      },
      {
        what: 'waiting updates handled per second',
        unit: '/s',
        value: WAITING / seconds,
        target: 30,
        higherIsBetter: true,
        note: 'what must be sustained is 30',
      },
    ];
  } finally {
    await world.close();
  }
}
