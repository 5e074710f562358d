import { existsSync, readFileSync } from 'node:fs';
import type { Person } from '@ccbot/sandbox/telegram/person';

/** A user who sends numbered messages to an agent of their own. */
export interface Writer {
  person: Person;
  /** File of the numbers that the agent received, one a line, with the time. */
  notes: string;
  /** Messages sent so far, numbered from 1. */
  written: number;
}

/** What happened to the messages and their answers. */
export interface Ledger {
  lost: string[];
  repeated: string[];
  reordered: string[];
  /** Number of answers that are marked as repeated, which is allowed in one case. */
  marked: number;
}

/** The numbers that an agent received, in order. */
export function received(notes: string): number[] {
  if (!existsSync(notes)) return [];
  return readFileSync(notes, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => Number(line.split(' ')[0]));
}

/** The numbers of the answers in a chat, in order; `marked` are those marked as repeated. */
export function answered(person: Person): { plain: number[]; marked: number[] } {
  const all = person
    .fromBot()
    .sort((a, b) => a.id - b.id)
    .flatMap(({ text }) =>
      [...text.matchAll(/answer (\d+)\./g)].map(([, n]) => ({ n: Number(n), isMarked: text.includes('↻') })),
    );
  return {
    plain: all.filter((a) => !a.isMarked).map(({ n }) => n),
    marked: all.filter((a) => a.isMarked).map(({ n }) => n),
  };
}

/** Compares what was sent with what arrived. `exempt`: messages that may be late, because the user sent them again. */
export function balance(writers: readonly Writer[], exempt: ReadonlySet<string>): Ledger {
  const ledger: Ledger = { lost: [], repeated: [], reordered: [], marked: 0 };
  for (const { person, notes, written } of writers) {
    const name = (n: number): string => `${n} of ${person.user.id}`;
    const messages = received(notes);
    const { plain, marked } = answered(person);
    ledger.marked += marked.length;
    const answers = new Set([...plain, ...marked]);
    for (let n = 1; n <= written; n++) {
      if (!messages.includes(n)) ledger.lost.push(`message ${name(n)}`);
      else if (!answers.has(n)) ledger.lost.push(`answer ${name(n)}`);
      if (messages.filter((m) => m === n).length > 1) ledger.repeated.push(`message ${name(n)}`);
      if (plain.filter((m) => m === n).length > 1) ledger.repeated.push(`answer ${name(n)}`);
    }
    const isExempt = (n: number): boolean => exempt.has(name(n));
    for (const [kind, list] of [
      ['message', messages],
      ['answer', plain],
    ] as const) {
      const order = list.filter((n) => !isExempt(n));
      order.forEach((n, i) => {
        if (i > 0 && n < (order[i - 1] ?? 0)) ledger.reordered.push(`${kind} ${name(n)}`);
      });
    }
  }
  return ledger;
}
