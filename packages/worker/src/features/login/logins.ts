import { reasonOf } from '@ccbot/shared/faults/fault';
import type { Button } from '../../cards/view';
import type { AgentLogin, LoginStatus } from '../../agents/login';
import type { QueuedView } from '../../outbox/model';
import { typeable } from '../../terminal/sanitize';
import type { PtyProgram, PtyProgramOptions } from '../../terminal/pty/program';
import { again, cancelButton, viewOf, type OpenLogin } from './view';
import type { LoginWords } from '../../words/topics/login';
import type { WordsOf } from '../../words/words';
import { outboxKey, type OutboxKey } from '../../outbox/keys';

/** Whose login it is. */
export interface LoginTarget {
  /** The agent's id and its name for people. */
  agent: string;
  title: string;
  login: AgentLogin;
  /** The agent's command, its program as a path. */
  command: readonly string[];
  /** The session to which the person goes back. */
  session?: string;
}

/** What logins are given. */
export interface LoginsDeps {
  wordsOf: WordsOf;
  /** Runs a program on a terminal of its own. Rejects when it cannot be started. */
  run(options: Pick<PtyProgramOptions, 'argv' | 'onData' | 'onExit'>): Promise<PtyProgram>;
  /** Runs a program to its end and resolves with what it printed, or null where it failed; rejects when it cannot be run. */
  output(argv: readonly string[]): Promise<string | null>;
  /** Remembers, on disk, in which chat the next message is a code; a restart must not hand it to an agent. */
  pending: { get(chatId: number): number | undefined; set(chatId: number, since: number | undefined): void };
  /** Remembers, on disk, the login that waits for its own page: a restart ends it, and the person must hear of that. */
  open: { all(): readonly OpenLogin[]; set(chatId: number, login: OpenLogin | undefined): void };
  put(wanted: QueuedView): void;
  /** Takes a message of the person out of the chat. */
  erase(chatId: number, message: number): void;
  /** The name of a person, for the others. */
  nameOf(chatId: number): string;
  /** The agent is logged in, by the person of this chat; `session`: they are back at it. */
  onDone(chatId: number, target: Pick<LoginTarget, 'agent' | 'title' | 'session'>): void;
  now(): number;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** How long a login waits for its code, ms, where its program does not take its own time. */
export const LOGIN_PATIENCE_MS = 10 * 60_000;

/** The most of what a login program prints that is kept, UTF-16 units. */
const PRINTED_MAX = 65_536;

/** Logs agents in from the phone, one login an agent and a chat. */
export interface Logins {
  /** Begins a login; one under way in the chat is ended, and one of the agent's by another person, who may be away. */
  begin(chatId: number, target: LoginTarget): Promise<void>;
  /** Whether the next message of a chat is the code of a login. */
  waits(chatId: number): boolean;
  /** Takes a message for the code. */
  code(chatId: number, message: number, text: string): void;
  cancel(chatId: number): void;
  /** Whether to begin a login would throw one away that there is. */
  discards(target: LoginTarget): Promise<boolean>;
  stop(): void;
}

interface Login {
  chatId: number;
  key: OutboxKey;
  target: LoginTarget;
  program?: PtyProgram;
  printed: string;
  /** How much had been printed when the last code was given; what is read of codes begins there. */
  mark: number;
  link?: string;
  code?: string;
  /** The program waits for a code; it has been given the one above. */
  waits: boolean;
  given: boolean;
  over: boolean;
  timer: NodeJS.Timeout;
}

/** Makes the logins; none is under way. */
export function createLogins(deps: LoginsDeps): Logins {
  const running = new Map<number, Login>();
  const wordsOf = ({ chatId }: { chatId: number }): LoginWords => deps.wordsOf(chatId).login;

  function show(mine: Login, text: string, buttons: Button[] = [], sound = false): void {
    const { chatId, key } = mine;
    deps.put({ chatId, key, view: viewOf(text, buttons), class: 'ask', ...(sound ? {} : { silent: true }) });
  }

  async function begin(chatId: number, target: LoginTarget): Promise<void> {
    end(chatId);
    for (const other of [...running.values()].filter((one) => one.target.agent === target.agent)) {
      end(other.chatId);
      show(other, wordsOf(other).takenOver(target.title, deps.nameOf(chatId)));
    }
    const patience = target.login.patienceMs ?? LOGIN_PATIENCE_MS;
    const timer = setTimeout(() => timedOut(mine, patience), patience);
    const key = outboxKey('login', target.agent, deps.now());
    const mine: Login = {
      chatId,
      key,
      target,
      printed: '',
      mark: 0,
      waits: false,
      given: false,
      over: false,
      timer,
    };
    running.set(chatId, mine);
    show(mine, wordsOf(mine).starting(target.title));
    try {
      const program = await deps.run({
        argv: target.login.argv(target.command),
        onData: (text) => printed(mine, text),
        onExit: (status) => ended(mine, status),
      });
      mine.program = program;
      if (mine.over) program.kill(); // cancelled meanwhile
    } catch (error) {
      finish(mine);
      show(mine, wordsOf(mine).failed(target.title, reasonOf(error)), again(mine.target, wordsOf(mine)));
    }
  }

  function printed(mine: Login, text: string): void {
    if (mine.over) return;
    const cut = Math.max(0, mine.printed.length + text.length - PRINTED_MAX);
    mine.printed = (mine.printed + text).slice(cut);
    mine.mark = Math.max(0, mine.mark - cut);
    const { title, login, session } = mine.target;
    const { link, code, waits } = login.read(typeable(mine.printed));
    if (link !== undefined && mine.link === undefined) {
      mine.link = link;
      mine.mark = mine.printed.length;
      const { chatId, key } = mine;
      if (code === undefined) deps.pending.set(chatId, deps.now());
      else deps.open.set(chatId, { chatId, key, title, ...(session === undefined ? {} : { session }) });
      show(
        mine,
        code === undefined ? wordsOf(mine).link(title, link) : wordsOf(mine).device(title, link, code),
        [cancelButton(wordsOf(mine))],
      );
    }
    if (waits) mine.waits = true;
    if (!waits || mine.code === undefined) return;
    if (!mine.given) return give(mine, mine.code);
    // It asks once more: what stands between the code and the new question is the reason.
    const why = lastLine(mine, -2);
    delete mine.code;
    deps.pending.set(mine.chatId, deps.now());
    show(mine, wordsOf(mine).asksAgain(title, why), [cancelButton(wordsOf(mine))]);
  }

  function give(mine: Login, code: string): void {
    mine.given = true;
    mine.waits = false;
    mine.mark = mine.printed.length;
    mine.program?.write(`${code}\r`);
  }

  function ended(mine: Login, status: number | null): void {
    if (mine.over) return;
    finish(mine);
    const { title } = mine.target;
    if (status !== 0) {
      show(mine, wordsOf(mine).failed(title, lastLine(mine, -1)), again(mine.target, wordsOf(mine)));
      return;
    }
    void deadlineOf(mine).then((until) => {
      show(mine, wordsOf(mine).done(title, until));
      deps.onDone(mine.chatId, mine.target);
    });
  }

  async function statusOf({ login, command }: LoginTarget): Promise<LoginStatus | null> {
    const printed = await deps.output(login.statusArgv(command));
    return printed === null ? null : login.readStatus(printed);
  }

  /** Until when the login holds, in words; empty where the agent does not tell. */
  async function deadlineOf({ target }: Login): Promise<string> {
    let status: LoginStatus | null;
    try {
      status = await statusOf(target);
    } catch (error) {
      deps.log('info', 'the status of a login could not be read', {
        agent: target.agent,
        reason: reasonOf(error),
      });
      return '';
    }
    if (status?.expiresAt === undefined) return '';
    return new Date(status.expiresAt).toISOString().slice(0, 16).replace('T', ' ').concat(' UTC');
  }

  /** The last line printed since the code was given, or one before it (-2), and never one that shows the code. */
  function lastLine(mine: Login, which: -1 | -2): string {
    const lines = typeable(mine.printed.slice(mine.mark))
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    const line = lines.at(which) ?? '';
    return mine.code !== undefined && line.includes(mine.code) ? '' : line.slice(0, 300);
  }

  function finish(mine: Login): void {
    clearTimeout(mine.timer);
    mine.over = true;
    if (running.get(mine.chatId) !== mine) return;
    running.delete(mine.chatId);
    deps.pending.set(mine.chatId, undefined);
    deps.open.set(mine.chatId, undefined);
  }

  function end(chatId: number): Login | undefined {
    const mine = running.get(chatId);
    if (mine === undefined) return undefined;
    finish(mine);
    mine.program?.kill();
    return mine;
  }

  function timedOut(mine: Login, afterMs: number): void {
    end(mine.chatId);
    show(
      mine,
      wordsOf(mine).timedOut(mine.target.title, afterMs / 60_000),
      again(mine.target, wordsOf(mine)),
    );
  }

  // Their programs went with the worker before.
  for (const lost of deps.open.all()) {
    deps.open.set(lost.chatId, undefined);
    const view = viewOf(wordsOf(lost).lost(lost.title), again(lost, wordsOf(lost)));
    deps.put({ chatId: lost.chatId, key: lost.key, view, class: 'ask', silent: true });
  }

  return {
    begin,
    async discards(target) {
      return target.login.discards === true && (await statusOf(target))?.loggedIn === true;
    },
    waits(chatId) {
      const since = deps.pending.get(chatId);
      return since !== undefined && deps.now() - since < LOGIN_PATIENCE_MS;
    },
    code(chatId, message, text) {
      const given = typeable(text).trim();
      const mine = running.get(chatId);
      if (given === '' || /\s/.test(given)) {
        deps.put({
          chatId,
          key: outboxKey('not-a-code', message),
          view: viewOf(wordsOf({ chatId }).notACode, [cancelButton(wordsOf({ chatId }))]),
          class: 'notice',
        });
        return;
      }
      deps.erase(chatId, message);
      deps.pending.set(chatId, undefined);
      if (mine?.program === undefined) {
        deps.put({
          chatId,
          key: outboxKey('login-gone', message),
          view: viewOf(wordsOf({ chatId }).gone, []),
          class: 'notice',
        });
        return;
      }
      mine.code = given;
      mine.given = false;
      show(mine, wordsOf(mine).checking(mine.target.title));
      // Not before it waits for one: its question would be taken for a second one.
      if (mine.waits) give(mine, given);
    },
    cancel(chatId) {
      const mine = end(chatId);
      deps.pending.set(chatId, undefined);
      if (mine !== undefined) show(mine, wordsOf(mine).cancelled(mine.target.title));
    },
    stop() {
      // What is remembered on disk stays: a code that comes after a restart is no prompt.
      for (const mine of [...running.values()]) {
        clearTimeout(mine.timer);
        mine.over = true;
        mine.program?.kill();
      }
      running.clear();
    },
  };
}
