import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from '@ccbot/sandbox/telegram/model';
import type { Sandbox } from '@ccbot/sandbox/telegram/server';
import type { Chance } from '../chance';
import { now, until } from '../clock';
import { aliveIn } from '../watch';

/** What the faults act upon. */
export interface Stage {
  telegram: Sandbox;
  /** The worker's `CCBOT_DIR`. */
  dir: string;
  /** The file that says at which write the worker is killed. */
  kill: string;
}

/** One way in which the path of messages goes wrong. */
export interface MessageFault {
  name: string;
  /** It takes half a minute or longer until what it strikes goes on: only in long runs. */
  long?: boolean;
  strike(stage: Stage, chance: Chance): Promise<void> | void;
}

/** A fault kills at one of so many writes from now on: a message and its answer take some thirty. */
const WRITES = 60;

/** How long a fault waits for the call that it strikes, ms. */
const TAKEN_MS = 5_000;

/** Half of the faults: the worker is killed between two writes to its store. */
export const KILL_AT_WRITE: MessageFault = {
  name: 'the worker is killed at a write',
  strike: ({ kill }, chance) => writeFileSync(kill, String(chance.between(1, WRITES))),
};

const answers = (fault: Fault, long = false): MessageFault => ({
  name: `${fault.kind === 'refused' ? `${fault.status ?? 400} “${fault.description ?? ''}”` : fault.kind} of ${fault.method ?? 'any call'}`,
  long,
  strike({ telegram }) {
    // Refused twice, also in its simpler form, a message comes as words that say so: that is another case.
    const same = ({ kind, method }: Fault): boolean => kind === 'refused' && method === fault.method;
    if (fault.kind === 'refused' && telegram.state.faults.some(same)) return;
    telegram.fault({ ...fault });
  },
});

const refused = (method: string, description: string, status = 400): MessageFault =>
  answers({ kind: 'refused', method, description, status, times: 1 });

/** The worker is killed while Telegram has a message and has not answered: `slow` shows it all the same, `hang` does not. */
const killInSend = (kind: 'slow' | 'hang'): MessageFault => ({
  name: `the worker is killed in the middle of a send that ${kind === 'slow' ? 'arrives' : 'does not arrive'}`,
  async strike(stage) {
    if (await taken(stage, { kind, method: 'sendMessage', times: 1, delayMs: 300 }))
      for (const { pid, role } of aliveIn(stage.dir)) if (role === 'worker') process.kill(pid, 'SIGKILL');
  },
});

/** Lets a fault happen; whether a call came for it. It is taken back when none did: later, nobody would see to its end. */
async function taken({ telegram }: Stage, fault: Fault): Promise<boolean> {
  telegram.fault(fault);
  const mine = telegram.state.faults.at(-1);
  const struck = (): boolean => mine === undefined || !telegram.state.faults.includes(mine);
  await until(struck, TAKEN_MS, 5);
  if (struck()) return true;
  telegram.state.faults = telegram.state.faults.filter((one) => one !== mine);
  return false;
}

/** The token is refused, the worker ends with 78, and the settings change. */
const REVOKED: MessageFault = {
  name: '401 of getUpdates, then the settings file changes',
  async strike(stage) {
    if (!(await taken(stage, { kind: '401', method: 'getUpdates', times: 1 }))) return;
    await until(() => aliveIn(stage.dir).every(({ role }) => role !== 'worker'), 3 * TAKEN_MS);
    writeFileSync(join(stage.dir, '.env'), `# changed at ${now()}\n`, { mode: 0o600 });
  },
};

/** Every way in which the Bot API is documented to fail that a send, an edit, a deletion, a tap or a poll can meet. */
const DECK: readonly MessageFault[] = [
  answers({ kind: 'reset', method: 'sendMessage', times: 2 }),
  answers({ kind: 'reset', method: 'editMessageText', times: 2 }),
  answers({ kind: 'reset-after', method: 'sendMessage', times: 1 }),
  answers({ kind: 'reset-after', method: 'editMessageText', times: 1 }),
  answers({ kind: 'reset-after', method: 'getUpdates', times: 1 }),
  answers({ kind: 'cut', method: 'sendMessage', times: 1 }),
  answers({ kind: 'cut', method: 'getUpdates', times: 1 }),
  answers({ kind: '5xx', method: 'sendMessage', times: 2 }),
  answers({ kind: '5xx', method: 'editMessageText', times: 2 }),
  answers({ kind: '5xx', method: 'getUpdates', times: 2 }),
  answers({ kind: '429', method: 'sendMessage', times: 2, retryAfter: 1 }),
  answers({ kind: '429', method: 'editMessageText', times: 2, retryAfter: 1 }),
  answers({ kind: '429', method: 'getUpdates', times: 1, retryAfter: 1 }),
  answers({ kind: 'slow', times: 5, delayMs: 700 }),
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
  answers({ kind: 'hang', method: 'sendMessage', times: 1 }, true),
  answers({ kind: 'hang', method: 'editMessageText', times: 1 }, true),
  answers({ kind: 'hang', method: 'getUpdates', times: 1 }, true),
  answers({ kind: '401', method: 'sendMessage', times: 1 }, true),
  answers({ kind: '403', method: 'sendMessage', times: 1 }, true),
  answers({ kind: '409', method: 'getUpdates', times: 1 }, true),
];

/** Deals kills and, between them, the deck shuffled, again and again: all of it comes up in a run that is long enough. */
export function dealFaults(chance: Chance, long: boolean): () => MessageFault {
  let left: MessageFault[] = [];
  return () => {
    if (chance.next() < 0.5) return KILL_AT_WRITE;
    if (left.length === 0) left = DECK.filter((fault) => long || fault.long !== true);
    const [next] = left.splice(chance.between(0, left.length - 1), 1);
    return next ?? KILL_AT_WRITE;
  };
}
