import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from '@ccbot/sandbox/telegram/model';
import type { Sandbox } from '@ccbot/sandbox/telegram/server';
import type { Chance } from '../chance';
import { now, until } from '../clock';
import { aliveIn } from '../watch';

export interface Stage {
  telegram: Sandbox;
  /** The worker's `CCBOT_DIR`. */
  dir: string;
  /** File with the number of the write at which the worker is killed. */
  kill: string;
}

export interface MessageFault {
  name: string;
  /** The recovery takes half a minute or longer, so only long runs include it. */
  long?: boolean;
  apply(stage: Stage, chance: Chance): Promise<void> | void;
}

/** The worker is killed at one of this many next writes; a message and its answer take about thirty. */
const WRITES_MAX = 60;

/** A fault waits this long for a matching call, ms. */
const CALL_MS = 5_000;

/** Half of all faults: kills the worker between two writes to its store. */
export const KILL_AT_WRITE: MessageFault = {
  name: 'the worker is killed at a write',
  apply: ({ kill }, chance) => writeFileSync(kill, String(chance.between(1, WRITES_MAX))),
};

const telegramFault = (fault: Fault, long = false): MessageFault => ({
  name: `${fault.kind === 'refused' ? `${fault.status ?? 400} “${fault.description ?? ''}”` : fault.kind} of ${fault.method ?? 'any call'}`,
  long,
  apply({ telegram }) {
    // When the simpler form of a message is refused too, ccbot sends a notice instead, which this run does not expect.
    const isSame = ({ kind, method }: Fault): boolean => kind === 'refused' && method === fault.method;
    if (fault.kind === 'refused' && telegram.state.faults.some(isSame)) return;
    telegram.fault({ ...fault });
  },
});

const refused = (method: string, description: string, status = 400): MessageFault =>
  telegramFault({ kind: 'refused', method, description, status, times: 1 });

/** Kills the worker while a send waits for its answer: with `slow` the message arrives, with `hang` it does not. */
const killInSend = (kind: 'slow' | 'hang'): MessageFault => ({
  name: `the worker is killed in the middle of a send that ${kind === 'slow' ? 'arrives' : 'does not arrive'}`,
  async apply(stage) {
    if (await applyToCall(stage, { kind, method: 'sendMessage', times: 1, delayMs: 300 }))
      for (const { pid, role } of aliveIn(stage.dir)) if (role === 'worker') process.kill(pid, 'SIGKILL');
  },
});

/** Resolves with whether the fault met a call. Without one, the fault is removed, since its consequences are handled only now. */
async function applyToCall({ telegram }: Stage, fault: Fault): Promise<boolean> {
  telegram.fault(fault);
  const pending = telegram.state.faults.at(-1);
  const isApplied = (): boolean => pending === undefined || !telegram.state.faults.includes(pending);
  await until(isApplied, CALL_MS, 5);
  if (isApplied()) return true;
  telegram.state.faults = telegram.state.faults.filter((other) => other !== pending);
  return false;
}

/** The token is refused, the worker exits with 78, and the settings change. */
const REVOKED: MessageFault = {
  name: '401 of getUpdates, then the settings file changes',
  async apply(stage) {
    if (!(await applyToCall(stage, { kind: '401', method: 'getUpdates', times: 1 }))) return;
    await until(() => aliveIn(stage.dir).every(({ role }) => role !== 'worker'), 3 * CALL_MS);
    writeFileSync(join(stage.dir, '.env'), `# changed at ${now()}\n`, { mode: 0o600 });
  },
};

/** All documented failures of the Bot API for a send, an edit, a deletion, a tap or a poll. */
const DECK: readonly MessageFault[] = [
  telegramFault({ kind: 'reset', method: 'sendMessage', times: 2 }),
  telegramFault({ kind: 'reset', method: 'editMessageText', times: 2 }),
  telegramFault({ kind: 'reset-after', method: 'sendMessage', times: 1 }),
  telegramFault({ kind: 'reset-after', method: 'editMessageText', times: 1 }),
  telegramFault({ kind: 'reset-after', method: 'getUpdates', times: 1 }),
  telegramFault({ kind: 'cut', method: 'sendMessage', times: 1 }),
  telegramFault({ kind: 'cut', method: 'getUpdates', times: 1 }),
  telegramFault({ kind: '5xx', method: 'sendMessage', times: 2 }),
  telegramFault({ kind: '5xx', method: 'editMessageText', times: 2 }),
  telegramFault({ kind: '5xx', method: 'getUpdates', times: 2 }),
  telegramFault({ kind: '429', method: 'sendMessage', times: 2, retryAfter: 1 }),
  telegramFault({ kind: '429', method: 'editMessageText', times: 2, retryAfter: 1 }),
  telegramFault({ kind: '429', method: 'getUpdates', times: 1, retryAfter: 1 }),
  telegramFault({ kind: 'slow', times: 5, delayMs: 700 }),
  refused('sendMessage', 'message is too long'),
  refused('sendMessage', 'message text is empty'),
  refused('sendMessage', 'message to be replied not found'),
  refused('sendMessage', 'BUTTON_DATA_INVALID'),
  refused('sendMessage', 'chat not found'),
  refused('sendMessage', "can't parse entities: can't find end of the entity"),
  refused('sendMessage', 'Request Entity Too Large', 413),
  refused('editMessageText', 'message is not modified'),
  refused('editMessageText', 'message to edit not found'),
  refused('editMessageText', "message can't be edited"),
  refused('editMessageText', 'MESSAGE_ID_INVALID'),
  refused('editMessageText', 'MESSAGE_TOO_LONG'),
  refused('editMessageReplyMarkup', 'message to edit not found'),
  refused('deleteMessages', 'message to delete not found'),
  refused('deleteMessages', "message can't be deleted"),
  refused('answerCallbackQuery', 'query is too old and response timeout expired or query ID is invalid'),
  refused('setMessageReaction', 'REACTION_INVALID'),
  refused('sendMessageDraft', 'Not Found: method not found', 404),
  killInSend('slow'),
  killInSend('hang'),
  REVOKED,
  telegramFault({ kind: 'hang', method: 'sendMessage', times: 1 }, true),
  telegramFault({ kind: 'hang', method: 'editMessageText', times: 1 }, true),
  telegramFault({ kind: 'hang', method: 'getUpdates', times: 1 }, true),
  telegramFault({ kind: '401', method: 'sendMessage', times: 1 }, true),
  telegramFault({ kind: '403', method: 'sendMessage', times: 1 }, true),
  telegramFault({ kind: '409', method: 'getUpdates', times: 1 }, true),
];

/** Deals kills and faults of the shuffled deck in turn; a run that is long enough has all of them. */
export function dealFaults(chance: Chance, long: boolean): () => MessageFault {
  let left: MessageFault[] = [];
  return () => {
    if (chance.next() < 0.5) return KILL_AT_WRITE;
    if (left.length === 0) left = DECK.filter((fault) => long || fault.long !== true);
    const [next] = left.splice(chance.between(0, left.length - 1), 1);
    return next ?? KILL_AT_WRITE;
  };
}
