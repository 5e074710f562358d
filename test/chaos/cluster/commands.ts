import type { Chance } from '../chance';
import type { Stage } from './stage';

/**
 * Commands whose answer names what they name. Nothing has such a name, so each has one answer of its own, whoever gives
 * it.
 */
const NUMBERED = ['/switch', '/stop', '/screen', '/host'] as const;

/** Commands whose answers cannot be told apart, and how each begins. */
const PLAIN: Readonly<Record<string, RegExp>> = {
  '/help': /^ccbot types what you write/,
  '/sessions': /^Your sessions\. Tap one/,
  '/inbox': /^(Nothing is waiting|Waiting for) /,
  '/health': /^(ccbot .*, running for|\w+( \(fetches the messages\))?\n.*ccbot .*, running for)/,
  '/usage': /I read an agent’s figures from its status line/,
  '/settings': /^Settings\n/,
  '/menu': /^ccbot: what would you like to see/,
  '/archive': /^The archive is empty/,
  '/host': /^Machines\n/,
};

/** A command of the owner. */
interface Given {
  /** Its message. */
  readonly id: number;
  readonly text: string;
  /** Fits its answers, and no others that come after its message and before `end`. */
  readonly answer: RegExp;
  /** The message of the next command like it; absent: it is the last. */
  end?: number;
}

/** What became of the commands. */
export interface CommandAccount {
  lost: string[];
  repeated: string[];
}

/** The owner's commands, each of which has one answer. */
export interface Commands {
  readonly count: number;
  /** Gives any command; as a reply, it is for the machine of the message that it replies to. */
  give(chance: Chance, replyTo?: number): void;
  /** Commands without an answer so far. */
  unanswered(): string[];
  account(): CommandAccount;
}

export function createCommands({ telegram: { owner } }: Stage): Commands {
  const given: Given[] = [];
  const last = new Map<string, Given>();
  const answersTo = ({ id, answer, end }: Given): boolean[] =>
    owner
      .fromBot()
      .filter(
        (message) => message.id > id && (end === undefined || message.id < end) && answer.test(message.text),
      )
      .map(({ text }) => text.includes('↻'));
  const isAnswered = (command: Given): boolean => answersTo(command).length > 0;

  function giveNumbered(chance: Chance, replyTo: number | undefined): void {
    const name = `nobody${given.length + 1}`;
    const text = `${chance.pick(NUMBERED)} ${name}`;
    const id = owner.say(text, replyTo === undefined ? {} : { replyTo });
    given.push({ id, text, answer: new RegExp(`\\b${name}\\b`) });
  }

  /** Only after the last one like it was answered, so that its answer is known by where it stands. */
  function givePlain(chance: Chance): void {
    const [text = '', answer = /^/] = chance.pick(Object.entries(PLAIN));
    const before = last.get(text);
    if (before !== undefined && !isAnswered(before)) return;
    const command: Given = { id: owner.say(text), text, answer };
    if (before !== undefined) before.end = command.id;
    last.set(text, command);
    given.push(command);
  }

  return {
    get count() {
      return given.length;
    },
    give(chance, replyTo) {
      if (chance.next() < 0.5) giveNumbered(chance, replyTo);
      else givePlain(chance);
    },
    unanswered: () => given.filter((command) => !isAnswered(command)).map(({ text }) => text),
    account: () => ({
      lost: given.filter((command) => !isAnswered(command)).map(nameOf),
      repeated: given
        .filter((command) => answersTo(command).filter((isMarked) => !isMarked).length > 1)
        .map(nameOf),
    }),
  };
}

const nameOf = ({ id, text }: Given): string => `${text} (message ${id})`;
