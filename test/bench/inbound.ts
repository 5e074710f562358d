import { join } from 'node:path';
import { openSqlite } from '../../packages/worker/src/store/sqlite';
import type { Figure } from './figure';
import { root } from './place';
import { usageOf } from './proc';
import { quantile } from './stats';
import { delay, startWorld } from './world';

const PER_SECOND = 30;
const PEOPLE = 30;

/** Thirty messages a second, each stored, routed, typed into its agent's window and confirmed. */
export async function inbound(quick: boolean): Promise<Figure[]> {
  const seconds = quick ? 8 : 20;
  const agent = join(root, 'test/bench/fixtures/recording-agent.sh');
  const world = await startWorld({ agent, people: PEOPLE });
  try {
    await world.open(PEOPLE);
    await world.quiet(1_500);
    const db = openSqlite(join(world.dir, 'ccbot.db'), { readonly: true });
    const open = db.prepare<[], unknown>(
      `SELECT (SELECT count(*) FROM updates WHERE state IN ('new', 'claimed'))
              + (SELECT count(*) FROM prompts WHERE state IN ('waiting', 'typing', 'typed'))`,
    );
    const waiting = (): number => Number(open.value());
    const worker = world.worker();
    const count = seconds * PER_SECOND;
    const depths: number[] = [];
    const before = usageOf(worker).cpuMs;
    const since = performance.now();
    for (let i = 0; i < count; i++) {
      const waitMs = since + (i * 1_000) / PER_SECOND - performance.now();
      if (waitMs > 0) await delay(waitMs);
      world.people[i % PEOPLE]?.say(`message number ${i}`);
      depths.push(waiting());
    }
    const took = performance.now() - since;
    const share = ((usageOf(worker).cpuMs - before) / took) * 100;
    for (const until = performance.now() + 30_000; waiting() > 0; await delay(20)) {
      if (performance.now() > until) throw new Error(`${waiting()} messages did not reach their agents`);
    }
    db.close();
    const late = depths.slice(Math.floor(depths.length / 2));
    const note = `${count} messages from ${PEOPLE} chats into ${PEOPLE} sessions at ${PER_SECOND} a second`;
    return [
      {
        what: 'messages not yet at their agents at 30 a second, second half, maximum',
        unit: '',
        value: Math.max(...late),
        target: PER_SECOND,
        note: `${note}; p50 ${quantile(late, 0.5)}, in the first half at most ${Math.max(...depths.slice(0, late.length))}`,
      },
      {
        what: 'CPU of the worker at 30 messages a second in',
        unit: '% of a core',
        value: share,
        target: 100,
        note: 'stored, typed, confirmed by the transcript, shown with reactions and cards; one core is enough',
      },
    ];
  } finally {
    await world.close();
  }
}
