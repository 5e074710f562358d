import type { Call } from '@ccbot/sandbox/telegram/model';
import type { JournalEntry } from './journals';
import type { Stage } from './stage';

/** Telegram takes an answer to a tap for this long, ms; ccbot gives up no earlier. */
const ANSWER_MS = 15_000;

/** Between two looks at the journals an update may be handled and its worker killed, ms. */
const LOOK_MS = 2_000;

/** What became of the answers to taps, which end the spinner of a button. */
export interface TapAccount {
  count: number;
  /** No answer arrived, although nothing was wrong with the machine that handled the tap. */
  lost: string[];
  /** Answered again by a worker that had answered, or by another machine. */
  repeated: string[];
  /** No answer arrived, because its worker was killed, or its machine cut off, just then. */
  missed: number;
}

/** Compares the taps with the calls of `answerCallbackQuery`. */
export function accountForTaps(stage: Stage): TapAccount {
  const { updates, journals } = stage;
  const account: TapAccount = { count: 0, lost: [], repeated: [], missed: 0 };
  const calls = new Map<string, { call: Call; host: string }[]>();
  for (const [call, host] of stage.callers) {
    if (call.method !== 'answerCallbackQuery') continue;
    const query = String(call.params['callback_query_id']);
    calls.set(query, [...(calls.get(query) ?? []), { call, host }]);
  }
  for (const update of updates) {
    const tap = update['callback_query'] as { id: string; data: string } | undefined;
    if (tap === undefined) continue;
    account.count++;
    const [entry] = journals.of(update.update_id);
    const answers = calls.get(tap.id) ?? [];
    const name = `${tap.data} (update ${update.update_id} at ${entry?.host ?? 'none'})`;
    if (answers.length === 0) {
      if (entry !== undefined && wasInTrouble(stage, entry)) account.missed++;
      else account.lost.push(name);
    }
    if (isRepeated(answers, entry))
      account.repeated.push(`${name} by ${answers.map(({ host }) => host).join(', ')}`);
  }
  return account;
}

/** A machine that is away answers late what the one that polls has answered for it. */
function isRepeated(
  answers: readonly { call: Call; host: string }[],
  entry: JournalEntry | undefined,
): boolean {
  const own = answers.filter(({ call }) => !/ is away, last seen /.test(String(call.params['text'] ?? '')));
  return own.length > (entry?.tries ?? 1) || new Set(own.map(({ host }) => host)).size > 1;
}

function wasInTrouble({ machines }: Stage, { host, handledAt }: JournalEntry): boolean {
  if (handledAt === undefined) return true;
  const troubles = machines.find((machine) => machine.host === host)?.troubles ?? [];
  return troubles.some(
    ({ from, to = Infinity }) => from <= handledAt + ANSWER_MS && to >= handledAt - LOOK_MS,
  );
}
