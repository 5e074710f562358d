import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { World } from '../../app/model';
import { withButtons } from '../../cards/button';
import { renderNotice } from '../../cards/render';
import type { Button } from '../../cards/view';
import type { People } from '../../chat/people';
import { outboxKey, type OutboxKey } from '../../outbox/keys';
import type { Outbox } from '../../outbox/outbox';
import { typeable } from '../../terminal/sanitize';
import { appendOutput, lastLine, newAttempt, typeCode, type LoginAttempt } from './attempt';
import { loginStatus, type LoginPrograms } from './program';
import type { LoginStore } from './store';
import type { LoginTarget } from './target';
import { cancelButton, tryAgainButton } from './view';
import { loginWords, type LoginWords } from './words/words';

/** How long a login waits for its code, ms, if its program has no time limit of its own. */
export const LOGIN_PATIENCE_MS = 10 * 60_000;

/** Hears what users do in a login. */
export interface LoginEvents {
  /** A message with a code arrived: it must not stay in the chat. */
  codeReceived(chatId: number, message: number): void;
  /** The user of the chat logged the agent in. */
  loggedIn(chatId: number, target: LoginTarget): void;
}

export interface LoginsDeps {
  world: Pick<World, 'now'> & { log: LogFn };
  people: Pick<People, 'wordsOf' | 'nameOf'>;
  outbox: Pick<Outbox, 'put'>;
  programs: LoginPrograms;
  store: LoginStore;
  events: LoginEvents;
}

/** Logs agents in from the phone: one login per agent, and one per chat. */
export interface Logins {
  /** Tells the users whose logins the restart of ccbot has ended: the programs ended with the worker. */
  start(): void;
  /** Starts a login. It replaces the one in the chat, and the one for the same agent in another chat. */
  begin(chatId: number, target: LoginTarget): Promise<void>;
  /** Whether the next message of a chat is the code of a login. */
  awaitsCode(chatId: number): boolean;
  /** Takes a message as the code. */
  takeCode(chatId: number, message: number, text: string): void;
  cancel(chatId: number): void;
  /** Whether a new login would discard one that works. Rejects when the agent's program cannot be run. */
  discardsWorkingLogin(target: LoginTarget): Promise<boolean>;
  stop(): void;
}

interface LoginsState extends LoginsDeps {
  /** By chat. */
  attempts: Map<number, LoginAttempt>;
}

export function createLogins(deps: LoginsDeps): Logins {
  const state: LoginsState = { ...deps, attempts: new Map() };
  return {
    start: () => announceInterrupted(state),
    begin: (chatId, target) => begin(state, chatId, target),
    awaitsCode: (chatId) => awaitsCode(state, chatId),
    takeCode: (chatId, message, text) => takeCode(state, chatId, message, text),
    cancel: (chatId) => cancel(state, chatId),
    discardsWorkingLogin: async (target) =>
      target.login.discards === true && (await loginStatus(deps.programs, target))?.loggedIn === true,
    stop: () => stop(state),
  };
}

const wordsOf = ({ people }: LoginsState, chatId: number): LoginWords =>
  people.wordsOf(chatId).of(loginWords);

/** Shows a text on the message of the login. */
function show(state: LoginsState, { chatId, key }: LoginAttempt, text: string, buttons: Button[] = []): void {
  const view = withButtons(renderNotice(text), buttons.length === 0 ? undefined : [buttons]);
  state.outbox.put({ chatId, thread: 'chat', key, view, class: 'ask', silent: true });
}

/** Shows a text on a message of its own. */
function notify(
  state: LoginsState,
  chatId: number,
  key: OutboxKey,
  text: string,
  buttons: Button[] = [],
): void {
  const view = withButtons(renderNotice(text), buttons.length === 0 ? undefined : [buttons]);
  state.outbox.put({ chatId, thread: 'chat', key, view, class: 'notice' });
}

function announceInterrupted(state: LoginsState): void {
  const { store, outbox } = state;
  for (const login of store.open()) {
    const { chatId, key, title } = login;
    const words = wordsOf(state, chatId);
    store.setOpen(chatId, undefined);
    outbox.put({
      chatId,
      thread: 'chat',
      key,
      view: withButtons(renderNotice(words.interrupted(title)), [[tryAgainButton(login, words)]]),
      class: 'ask',
      silent: true,
    });
  }
}

async function begin(state: LoginsState, chatId: number, target: LoginTarget): Promise<void> {
  const { programs, world } = state;
  end(state, chatId);
  endOfOthers(state, chatId, target);
  const patienceMs = target.login.patienceMs ?? LOGIN_PATIENCE_MS;
  const attempt = newAttempt({
    chatId,
    key: outboxKey('login', target.agent, world.now()),
    target,
    timer: setTimeout(() => timeOut(state, attempt, patienceMs), patienceMs),
  });
  state.attempts.set(chatId, attempt);
  show(state, attempt, wordsOf(state, chatId).starting(target.title));
  try {
    const program = await programs.start({
      argv: target.login.argv(target.command),
      onData: (text) => onOutput(state, attempt, text),
      onExit: (status) => onExit(state, attempt, status),
    });
    attempt.program = program;
    if (attempt.isOver) program.kill(); // cancelled while it started
  } catch (error) {
    finish(state, attempt);
    showFailure(state, attempt, reasonOf(error));
  }
}

/** Ends the agent's login in other chats: its user may be away. */
function endOfOthers(state: LoginsState, chatId: number, { agent, title }: LoginTarget): void {
  const others = [...state.attempts.values()].filter(({ target }) => target.agent === agent);
  for (const attempt of others) {
    end(state, attempt.chatId);
    show(state, attempt, wordsOf(state, attempt.chatId).takenOver(title, state.people.nameOf(chatId)));
  }
}

function onOutput(state: LoginsState, attempt: LoginAttempt, text: string): void {
  if (attempt.isOver) return;
  appendOutput(attempt, text);
  const { chatId, target } = attempt;
  const { link, code, waits } = target.login.read(typeable(attempt.output));
  if (link !== undefined && !attempt.isLinkShown) showLink(state, attempt, link, code);
  if (waits) attempt.isWaiting = true;
  if (!waits || attempt.code === undefined) return;
  if (!attempt.isCodeTyped) return typeCode(attempt, attempt.code);
  // It asks again: the line between the code and the new question is the reason.
  const why = lastLine(attempt, -2);
  delete attempt.code;
  state.store.setAwaitsCode(chatId, state.world.now());
  const words = wordsOf(state, chatId);
  show(state, attempt, words.codeRejected(target.title, why), [cancelButton(words)]);
}

/** `code`: the user enters it at the page; undefined: the page shows a code that the user sends. */
function showLink(state: LoginsState, attempt: LoginAttempt, link: string, code: string | undefined): void {
  const { store, world } = state;
  const { chatId, key, target } = attempt;
  const { title, session } = target;
  const words = wordsOf(state, chatId);
  attempt.isLinkShown = true;
  attempt.codeOffset = attempt.output.length;
  if (code === undefined) store.setAwaitsCode(chatId, world.now());
  else store.setOpen(chatId, { chatId, key, title, ...(session === undefined ? {} : { session }) });
  const text = code === undefined ? words.link(title, link) : words.device(title, link, code);
  show(state, attempt, text, [cancelButton(words)]);
}

function onExit(state: LoginsState, attempt: LoginAttempt, status: number | null): void {
  if (attempt.isOver) return;
  finish(state, attempt);
  if (status !== 0) return showFailure(state, attempt, lastLine(attempt, -1));
  void showSuccess(state, attempt);
}

async function showSuccess(state: LoginsState, attempt: LoginAttempt): Promise<void> {
  const { world, events } = state;
  const { chatId, target } = attempt;
  const expiresAt = await expiryOf(state, target);
  show(state, attempt, wordsOf(state, chatId).loggedIn(target.title, expiresAt, world.now()));
  events.loggedIn(chatId, target);
}

/** When the login expires, ms since the epoch. Undefined when the agent does not say. */
async function expiryOf({ programs, world }: LoginsState, target: LoginTarget): Promise<number | undefined> {
  try {
    return (await loginStatus(programs, target))?.expiresAt;
  } catch (error) {
    world.log('info', 'login status unreadable', { agent: target.agent, reason: reasonOf(error) });
    return undefined;
  }
}

function showFailure(state: LoginsState, attempt: LoginAttempt, why: string): void {
  const words = wordsOf(state, attempt.chatId);
  show(state, attempt, words.failed(attempt.target.title, why), [tryAgainButton(attempt.target, words)]);
}

function timeOut(state: LoginsState, attempt: LoginAttempt, afterMs: number): void {
  const { chatId, target } = attempt;
  const words = wordsOf(state, chatId);
  end(state, chatId);
  show(state, attempt, words.timedOut(target.title, afterMs / 60_000), [tryAgainButton(target, words)]);
}

function awaitsCode({ store, world }: LoginsState, chatId: number): boolean {
  const since = store.awaitsCodeSince(chatId);
  return since !== undefined && world.now() - since < LOGIN_PATIENCE_MS;
}

function takeCode(state: LoginsState, chatId: number, message: number, text: string): void {
  const { attempts, store, events } = state;
  const words = wordsOf(state, chatId);
  const code = typeable(text).trim();
  if (code === '' || /\s/.test(code))
    return notify(state, chatId, outboxKey('not-a-code', message), words.notACode, [cancelButton(words)]);
  events.codeReceived(chatId, message);
  store.setAwaitsCode(chatId, undefined);
  const attempt = attempts.get(chatId);
  if (attempt?.program === undefined)
    return notify(state, chatId, outboxKey('login-gone', message), words.loginOver);
  attempt.code = code;
  attempt.isCodeTyped = false;
  show(state, attempt, words.checking(attempt.target.title));
  // Not before the program waits: its first question would look like a second one.
  if (attempt.isWaiting) typeCode(attempt, code);
}

function cancel(state: LoginsState, chatId: number): void {
  const attempt = end(state, chatId);
  state.store.setAwaitsCode(chatId, undefined);
  if (attempt !== undefined) show(state, attempt, wordsOf(state, chatId).cancelled(attempt.target.title));
}

/** Ends the login of a chat, and its program. */
function end(state: LoginsState, chatId: number): LoginAttempt | undefined {
  const attempt = state.attempts.get(chatId);
  if (attempt === undefined) return undefined;
  finish(state, attempt);
  attempt.program?.kill();
  return attempt;
}

function finish({ attempts, store }: LoginsState, attempt: LoginAttempt): void {
  const { chatId, timer } = attempt;
  clearTimeout(timer);
  attempt.isOver = true;
  if (attempts.get(chatId) !== attempt) return;
  attempts.delete(chatId);
  store.setAwaitsCode(chatId, undefined);
  store.setOpen(chatId, undefined);
}

/** Ends every program. What is stored stays: a code that comes after a restart must not become a prompt. */
function stop({ attempts }: LoginsState): void {
  for (const attempt of attempts.values()) {
    clearTimeout(attempt.timer);
    attempt.isOver = true;
    attempt.program?.kill();
  }
  attempts.clear();
}
