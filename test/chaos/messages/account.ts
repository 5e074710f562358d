import { existsSync, readFileSync } from 'node:fs';
import type { Person } from '@ccbot/sandbox/telegram/person';

/** Somebody who writes numbered messages to an agent of their own. */
export interface Writer {
  person: Person;
  /** What the agent got, a number a line. */
  notes: string;
  /** Numbers written so far, from 1. */
  written: number;
}

/** What became of numbered messages and their answers. */
export interface Ledger {
  lost: string[];
  doubled: string[];
  disordered: string[];
  /** Answers that came twice and said so, which one case allows. */
  marked: number;
}

/** The numbers that an agent got, in that order. */
export function received(notes: string): number[] {
  return existsSync(notes) ? readFileSync(notes, 'utf8').split('\n').filter(Boolean).map(Number) : [];
}

/** The numbers of the answers in a chat, in the order of the messages; those marked as a repetition apart. */
export function answered(person: Person): { plain: number[]; marked: number[] } {
  const all = person
    .fromBot()
    .sort((a, b) => a.id - b.id)
    .flatMap(({ text }) =>
      [...text.matchAll(/answer (\d+)\./g)].map(([, n]) => ({ n: Number(n), marked: text.includes('↻') })),
    );
  const of = (marked: boolean): number[] => all.filter((a) => a.marked === marked).map(({ n }) => n);
  return { plain: of(false), marked: of(true) };
}

/** Holds what was written against what arrived. `exempt`: messages that were asked about, which the person sent again late. */
export function balance(writers: readonly Writer[], exempt: ReadonlySet<string>): Ledger {
  const ledger: Ledger = { lost: [], doubled: [], disordered: [], marked: 0 };
  for (const { person, notes, written } of writers) {
    const name = (n: number): string => `${n} of ${person.user.id}`;
    const got = received(notes);
    const { plain, marked } = answered(person);
    ledger.marked += marked.length;
    const both = new Set([...plain, ...marked]);
    for (let n = 1; n <= written; n++) {
      if (!got.includes(n)) ledger.lost.push(`message ${name(n)}`);
      else if (!both.has(n)) ledger.lost.push(`answer ${name(n)}`);
      if (got.filter((m) => m === n).length > 1) ledger.doubled.push(`message ${name(n)}`);
      if (plain.filter((m) => m === n).length > 1) ledger.doubled.push(`answer ${name(n)}`);
    }
    const late = (n: number): boolean => exempt.has(name(n));
    for (const [what, list] of [
      ['message', got],
      ['answer', plain],
    ] as const) {
      const order = list.filter((n) => !late(n));
      order.forEach((n, i) => {
        if (i > 0 && n < (order[i - 1] ?? 0)) ledger.disordered.push(`${what} ${name(n)}`);
      });
    }
  }
  return ledger;
}
