import type { Button } from '../cards/view';
import type { Admitted } from '../inbox/model';
import type { Words } from '../words/words';
import type { ButtonKind } from '../cards/button';
import type { ChatView, Intent } from './intents';

/** One message or tap of a user while its intent is carried out. */
export interface Conversation {
  inbound: Admitted;
  chatId: number;
  /** What ccbot says, in the language of the chat. */
  words: Words;
  /** Answers in Markdown. Said again after a crash it is the same message, not a second one. */
  say(text: string, buttons?: Button[][]): void;
  /** Ends the waiting circle of a tap; `text` is shown over the chat. Does nothing for a message. */
  ack(text?: string): void;
}

/** How a command is written. */
export interface SlashCommand {
  /** Without the slash, lower case; the first one is in the menu. */
  names: readonly string[];
  /** Reads what follows the name, trimmed; `suffix` is what follows an `@` right behind the name, such as a bot's name. */
  read(rest: string, view: ChatView, suffix: string | undefined): Intent;
}

/** One command: how it is asked for, and what it does. May run twice for one update, after a crash: every step stands a repetition. */
export interface CommandSpec<I extends Intent> {
  run(conversation: Conversation, intent: I): void | Promise<void>;
  slash?: SlashCommand;
  /** What the menu of commands says beside its slash name, 1 to 256 characters; absent: it is not in the menu. */
  menu?(words: Words): string;
  button?: ButtonKind<I>;
  /** The session that the intent names has to be live (the default for intents with a `session`), or may be archived. */
  session?: 'live' | 'live-or-archived';
  /** Explains how the command is written, for a refusal with the code `usage`. */
  usage?(words: Words, problem: string, values: readonly string[]): string;
  /** Says whether the chat's next text is for this command, and what its intent carries beside the text. */
  awaits?: AwaitsText;
}

/** Says whether a command waits for a chat's next text. */
export interface AwaitsText {
  takesSlash: boolean;
  /** `quoted`: the session of the message that the text replies to. Undefined: it does not wait. */
  carries(chatId: number, quoted: string | undefined): Readonly<Record<string, unknown>> | undefined;
}

/** What carries out intents, by the name of each. */
export type Handlers<I extends Intent> = {
  readonly [D in I['do']]: (
    conversation: Conversation,
    intent: Extract<I, { do: D }>,
  ) => void | Promise<void>;
};

/** Commands by the name of their intent. */
export type CommandTable = Readonly<Record<string, CommandSpec<Intent>>>;

/** A table whose commands each take their own intent. */
export function commands<I extends Intent>(table: {
  readonly [D in I['do']]: CommandSpec<Extract<I, { do: D }>>;
}): CommandTable {
  // The router hands each command only what its own button or slash reader made.
  return table as unknown as CommandTable;
}

/** Every command that rooms and features contributed, ready to be looked up. */
export interface Grammar {
  readonly commands: CommandTable;
  readonly bySlash: ReadonlyMap<string, SlashCommand>;
  readonly byVerb: ReadonlyMap<string, ButtonKind<Intent>>;
}

/** Puts the tables together. Throws when two commands have one name, one slash name or one verb: a mistake of the program. */
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
