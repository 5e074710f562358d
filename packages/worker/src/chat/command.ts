import type { Button, Rich } from '../cards/view';
import type { Admitted } from '../inbox/model';
import type { Thread } from '../outbox/model';
import type { Words } from '../words/words';
import type { ButtonKind } from '../cards/button';
import type { ChatView, Intent } from './intents';

/** One message or tap of a user while its intent is carried out. */
export interface Conversation {
  inbound: Admitted;
  chatId: number;
  /** Where it was written or tapped, and where its answer stands. */
  thread: Thread;
  /** The texts in the language of the chat. */
  words: Words;
  /** Answers in Markdown. Repeated after a crash, it is the same message, not a second one. */
  say(text: string, buttons?: Button[][]): void;
  /**
   * Ends the spinner of a tapped button; `text`, in Markdown or rendered, is shown over the chat without its formatting.
   * Does nothing for a message.
   */
  ack(text?: string | Rich): void;
  /** As `ack`, for a button that no longer counts: also removes the buttons of a message that this database does not know. */
  retire(text: string | Rich): void;
}

/** How a command is written. */
export interface SlashCommand {
  /** Without the slash, lower case; the first one is in the menu. */
  names: readonly string[];
  /** Reads the text after the name, trimmed. `suffix`: what follows an `@` after the name, such as the name of a bot. */
  read(rest: string, view: ChatView, suffix: string | undefined): Intent;
}

/**
 * Which sessions a command is about: live ones of the machine that carries it out (the default), archived ones too, or live
 * ones of any machine. Of the last, the machine that polls carries out what concerns a machine that is away.
 */
export type SessionReach = 'live' | 'live-or-archived' | 'live-anywhere';

/** One command: how it is written, and what it does. After a crash it may run twice for one update, so every step can be repeated. */
export interface CommandSpec<I extends Intent> {
  run(conversation: Conversation, intent: I): void | Promise<void>;
  slash?: SlashCommand;
  /** Its description in the command menu, 1 to 256 characters; absent: it is not in the menu. */
  menu?(words: Words): string;
  button?: ButtonKind<I>;
  /** What a tap on a message is answered with that is gone or was never posted here; absent: a usual sentence. */
  whenOld?(conversation: Conversation, intent: I): string;
  session?: SessionReach;
  /** Explains how the command is written, for a refusal with the code `usage`. */
  usage?(words: Words, problem: string, values: readonly string[]): string;
  /** Whether the chat's next text is for this command. */
  awaits?: AwaitsText;
}

export interface AwaitsText {
  takesSlash: boolean;
  /** What the intent carries besides the text; undefined: the command does not wait. `quoted`: the session of the quoted message. */
  carries(chatId: number, quoted: string | undefined): Readonly<Record<string, unknown>> | undefined;
}

/** Commands by the name of their intent. */
export type CommandTable = Readonly<Record<string, CommandSpec<Intent>>>;

/** A table in which each command takes its own intent. */
export function commands<I extends Intent>(table: {
  readonly [D in I['do']]: CommandSpec<Extract<I, { do: D }>>;
}): CommandTable {
  // The router gives a command only intents that its own button or slash reader made.
  return table as unknown as CommandTable;
}

/** All commands of rooms and features, by each way to name them. */
export interface Grammar {
  readonly commands: CommandTable;
  readonly bySlash: ReadonlyMap<string, SlashCommand>;
  readonly byVerb: ReadonlyMap<string, ButtonKind<Intent>>;
}

/** Merges the tables. Throws if two commands share a name, a slash name or a verb, which is a mistake in the program. */
export function createGrammar(tables: readonly CommandTable[]): Grammar {
  const all: Record<string, CommandSpec<Intent>> = {};
  const bySlash = new Map<string, SlashCommand>();
  const byVerb = new Map<string, ButtonKind<Intent>>();
  const unique = (taken: boolean, what: string): void => {
    if (taken) throw new Error(`two commands have ${what}`);
  };
  for (const [name, command] of tables.flatMap((table) => Object.entries(table))) {
    unique(name in all, `the name ${name}`);
    all[name] = command;
    for (const slash of command.slash?.names ?? []) {
      unique(bySlash.has(slash), `the slash name ${slash}`);
      if (command.slash !== undefined) bySlash.set(slash, command.slash);
    }
    if (command.button !== undefined) {
      unique(byVerb.has(command.button.verb), `the verb ${command.button.verb}`);
      byVerb.set(command.button.verb, command.button);
    }
  }
  return { commands: all, bySlash, byVerb };
}
