import { readFileSync } from 'node:fs';
import type { Sandbox } from '@ccbot/sandbox/telegram/server';
import { delay, until } from './clock';

/** What became of the messages that were written. */
export interface Account {
  written: number;
  lost: string[];
  twice: string[];
  /** What was being typed at a kill nobody can know: ccbot asked the person. */
  asked: number;
}

/** What was written is lost when nothing more of it has arrived for so long, ms: many may wait, and come one by one. */
const SETTLE_MS = 60_000;

/** Counts what the agent noted of messages 1 to `written`. */
export async function accountOf(notes: string, telegram: Sandbox, written: number): Promise<Account> {
  const all = Array.from({ length: written }, (_, i) => i + 1);
  const times = (): Map<number, number> => {
    const counts = new Map<number, number>();
    for (const [, n] of readFileSync(notes, 'utf8').matchAll(/message (\d+) of the chaos/g)) {
      counts.set(Number(n), (counts.get(Number(n)) ?? 0) + 1);
    }
    return counts;
  };
  const asked = (n: number): boolean =>
    telegram.owner
      .chat()
      .some((m) => m.fromBot && m.keyboard.length > 0 && m.text.includes(`message ${n} of the chaos`));
  const missing = (): number[] => {
    const counts = times();
    return all.filter((n) => !counts.has(n) && !asked(n));
  };
  for (let before = Infinity, left = missing().length; left > 0 && left < before; left = missing().length) {
    before = left;
    await until(() => missing().length < before, SETTLE_MS, 200);
  }
  await delay(500);
  const counts = times();
  const named = (numbers: readonly number[]): string[] => numbers.map((n) => `message ${n}`);
  return {
    written,
    lost: named(missing()),
    twice: named(all.filter((n) => (counts.get(n) ?? 0) > 1)),
    asked: all.filter((n) => !counts.has(n) && asked(n)).length,
  };
}
