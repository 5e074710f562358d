import { readFileSync } from 'node:fs';
import type { Sandbox } from '@ccbot/sandbox/telegram/server';
import { delay, until } from './clock';

/** What happened to the messages. */
export interface Account {
  sent: number;
  lost: string[];
  repeated: string[];
  /** Messages of which ccbot asked the user whether to send them again, because a kill interrupted the typing. */
  asked: number;
}

/** Missing messages count as lost when none of them has arrived for this long, ms: many may wait, and arrive one by one. */
const SETTLE_MS = 60_000;

/** Compares the messages that the agent received with messages 1 to `sent`. */
export async function accountOf(notes: string, telegram: Sandbox, sent: number): Promise<Account> {
  const all = Array.from({ length: sent }, (_, i) => i + 1);
  const receivedCounts = (): Map<number, number> => {
    const counts = new Map<number, number>();
    for (const [, n] of readFileSync(notes, 'utf8').matchAll(/message (\d+) of the chaos/g)) {
      counts.set(Number(n), (counts.get(Number(n)) ?? 0) + 1);
    }
    return counts;
  };
  const isAskedAbout = (n: number): boolean =>
    telegram.owner
      .chat()
      .some((m) => m.fromBot && m.keyboard.length > 0 && m.text.includes(`message ${n} of the chaos`));
  const missing = (): number[] => {
    const counts = receivedCounts();
    return all.filter((n) => !counts.has(n) && !isAskedAbout(n));
  };
  for (let before = Infinity, left = missing().length; left > 0 && left < before; left = missing().length) {
    before = left;
    await until(() => missing().length < before, SETTLE_MS, 200);
  }
  await delay(500);
  const counts = receivedCounts();
  const names = (numbers: readonly number[]): string[] => numbers.map((n) => `message ${n}`);
  return {
    sent,
    lost: names(missing()),
    repeated: names(all.filter((n) => (counts.get(n) ?? 0) > 1)),
    asked: all.filter((n) => !counts.has(n) && isAskedAbout(n)).length,
  };
}
