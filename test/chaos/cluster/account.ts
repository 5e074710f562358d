import { delay, until } from '../clock';
import type { Stage } from './stage';
import { accountForTaps, type TapAccount } from './taps';
import { answersIn, arrivedAt, type Traffic } from './traffic';

/** What happened to the owner's messages and to the answers. */
export interface ClusterAccount {
  updates: UpdateAccount;
  taps: TapAccount;
  lost: string[];
  repeated: string[];
  reordered: string[];
  lostAnswers: string[];
  repeatedAnswers: string[];
  /** Messages of which ccbot asked whether to send them again. */
  asked: number;
  /**
   * Messages that ccbot keeps until a session is opened, and says so: replies to a card that was gone when they arrived,
   * while the active session was another machine's.
   */
  kept: number;
  /** Replies that went to another session, because it was not known whose message they were for. */
  elsewhere: number;
}

/** What the machines did with the updates of all kinds. */
export interface UpdateAccount {
  count: number;
  /** In no journal, or not handled. */
  lost: string[];
  /** In the journals of two machines. */
  repeated: string[];
}

/** Nothing more counts as missing only when none has arrived for this long, ms. */
const SETTLE_MS = 60_000;

/** Waits until everything has arrived, or nothing does any more, and compares it with what was sent. */
export async function accountFor(stage: Stage, traffic: Traffic): Promise<ClusterAccount> {
  const absent = (): number[] => {
    const arrived = arrivedAt(stage);
    return traffic.sent.filter(({ n }) => !arrived.has(n)).map(({ n }) => n);
  };
  const missing = (): number =>
    absent().length +
    lostAnswers(stage, traffic).length +
    traffic.commands.unanswered().length +
    traffic.requests.undecided().length +
    traffic.arrows.unsettled().length;
  // What arrives while it is counted may be missed once, so only less than ever before counts as progress.
  for (let least = missing(); least > 0; least = Math.min(least, missing()))
    if (!(await until(() => missing() < least, SETTLE_MS, 500))) break;
  await delay(2_000); // a second copy may follow
  stage.journals.look();
  const notes = stage.sessions.map((session) => ({ session, numbers: session.received().map(({ n }) => n) }));
  const counts = countOf(notes.flatMap(({ numbers }) => numbers));
  const answers = countOf(answersOf(stage).flatMap(({ n, isMarked }) => (isMarked ? [] : [n])));
  const { asked } = traffic.questions;
  const isExempt = (n: number): boolean => [...asked].some((name) => name.startsWith(`${n} of `));
  const nameOf = (n: number): string => {
    const at = notes.find(({ numbers }) => numbers.includes(n))?.session.name;
    const to = traffic.sent[n - 1]?.to?.name;
    return `${n}${to === undefined ? '' : ` to ${to}`}${at === undefined ? '' : ` at ${at}`}`;
  };
  return {
    updates: accountForUpdates(stage),
    taps: accountForTaps(stage),
    lost: absent()
      .filter((n) => !isKept(stage, n))
      .map(nameOf),
    kept: absent().filter((n) => isKept(stage, n)).length,
    repeated: [...counts].filter(([, count]) => count > 1).map(([n]) => nameOf(n)),
    reordered: notes.flatMap(({ session, numbers }) => {
      const order = numbers.filter((n) => !isExempt(n));
      return order.flatMap((n, i) =>
        i > 0 && n < (order[i - 1] ?? 0) ? [`${n} behind ${order[i - 1] ?? 0} at ${session.name}`] : [],
      );
    }),
    lostAnswers: lostAnswers(stage, traffic).map(nameOf),
    repeatedAnswers: [...answers].filter(([, count]) => count > 1).map(([n]) => nameOf(n)),
    asked: asked.size,
    elsewhere: traffic.sent.filter(
      ({ n, to }) => to !== undefined && counts.has(n) && !to.received().some((note) => note.n === n),
    ).length,
  };
}

function accountForUpdates(stage: Stage): UpdateAccount {
  const { updates, journals } = stage;
  const account: UpdateAccount = { count: updates.length, lost: [], repeated: [] };
  const arrived = arrivedAt(stage);
  for (const update of updates) {
    const entries = journals.of(update.update_id);
    const [kind] = Object.keys(update).filter((key) => key !== 'update_id');
    const name = `${kind} ${update.update_id}: ${entries.map(({ host, state }) => `${state} at ${host}`).join(', ')}`;
    const { text = '' } = (update['message'] ?? {}) as { text?: string };
    // Handled just before a step of the clock by days, it is deleted before anybody looks.
    const isTyped = arrived.has(Number(/^message (\d+) of the chaos$/.exec(text)?.[1]));
    if (!isTyped && !entries.some(({ state }) => state === 'done')) account.lost.push(name);
    if (entries.length > 1) account.repeated.push(name);
  }
  return account;
}

/** Whether the owner's message has the mark of one that waits, and the chat says that it is kept. */
function isKept({ telegram }: Stage, n: number): boolean {
  const chat = telegram.owner.chat();
  const message = chat.find(({ text, fromBot }) => !fromBot && text === `message ${n} of the chaos`);
  const notice = chat.some(
    ({ text, fromBot }) => fromBot && /^Your (\d+ )?messages? (is|are) kept\./.test(text),
  );
  return message?.reaction === '😴' && notice;
}

/** Answers of agents that the chat does not show. */
function lostAnswers(stage: Stage, { sent }: Traffic): number[] {
  const shown = new Set(answersOf(stage).map(({ n }) => n));
  const arrived = arrivedAt(stage);
  return sent.filter(({ n }) => arrived.has(n) && !shown.has(n)).map(({ n }) => n);
}

function answersOf({ telegram }: Stage): { n: number; isMarked: boolean }[] {
  return telegram.owner
    .fromBot()
    .flatMap(({ text }) => answersIn(text).map((n) => ({ n, isMarked: text.includes('↻') })));
}

function countOf(numbers: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const n of numbers) counts.set(n, (counts.get(n) ?? 0) + 1);
  return counts;
}
