import type { Conversation } from '../../chat/command';
import type { People } from '../../chat/people';
import type { Outbox } from '../../outbox/outbox';
import { isLive, screenKey, type Session } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import { PanesError, type Panes } from '../../terminal/panes';
import type { ScreenReader } from '../../watch/screen-reader';
import type { KeyIntent, PhoneKey } from './buttons';
import { screenWords } from './words/words';

export interface ScreenKeysDeps {
  registry: Pick<Registry, 'get' | 'dispatch'>;
  windows: Pick<Panes, 'capture' | 'type' | 'list'>;
  screenReader: Pick<ScreenReader, 'read'>;
  outbox: Pick<Outbox, 'messageOf'>;
  people: Pick<People, 'nameOf'>;
  now(): number;
}

/** Presses the keys under screens. */
export interface ScreenKeys {
  press(conversation: Conversation, intent: KeyIntent): Promise<void>;
  /** Why a key on a screen that is gone was not pressed. */
  goneText(conversation: Conversation, session: string): string;
  release(session: string): void;
}

interface ScreenKeysState extends ScreenKeysDeps {
  /** The last press of each session that is under way: keys are pressed one after the other, whoever presses them. */
  presses: Map<string, Promise<void>>;
  /** The chat that pressed the last key of each session. */
  pressedBy: Map<string, number>;
}

/** A terminal takes Escape and a key right behind it for one key with Alt, ms. */
const KEY_PAUSE_MS = 50;

/** How often, and at what interval, ms, the screen is read until it has changed and is still again. */
const STILL_READS = 15;
const STILL_INTERVAL_MS = 60;

export function createScreenKeys(deps: ScreenKeysDeps): ScreenKeys {
  const state: ScreenKeysState = { ...deps, presses: new Map(), pressedBy: new Map() };
  return {
    press: (conversation, intent) => inTurn(state, intent.session, () => press(state, conversation, intent)),
    goneText: (conversation, session) => goneText(state, conversation, session),
    release: (session) => void state.pressedBy.delete(session),
  };
}

async function inTurn({ presses }: ScreenKeysState, id: string, work: () => Promise<void>): Promise<void> {
  const before = presses.get(id) ?? Promise.resolve();
  const current = before.then(work, work);
  presses.set(id, current);
  try {
    await current;
  } finally {
    if (presses.get(id) === current) presses.delete(id);
  }
}

async function press(
  state: ScreenKeysState,
  conversation: Conversation,
  { session: id, key }: KeyIntent,
): Promise<void> {
  const { registry, screenReader, pressedBy, now } = state;
  const { chatId, ack, words } = conversation;
  const session = registry.get(id);
  if (session !== undefined && isStale(state, conversation, session))
    return ack(goneText(state, conversation, id));
  if (session === undefined || !isLive(session)) return ack(words.expired);
  const isAnswering = session.phase === 'dialog';
  if (!(await typeKey(state, conversation, session, key))) return;
  pressedBy.set(id, chatId);
  // After a key in a dialog the reading decides: the screen leaves the chat if the key was the answer.
  if (isAnswering) await screenReader.read(id);
  if (!isAnswering || registry.get(id)?.phase === 'dialog')
    registry.dispatch(id, [{ type: 'screen.asked', at: now(), isNew: false }]);
}

/**
 * Whether the screen that the user sees is gone: a key that was meant for a dialog must not land in what came after it.
 * On a screen that the chat asked for, every key counts.
 */
function isStale({ outbox }: ScreenKeysState, { inbound, chatId }: Conversation, session: Session): boolean {
  const message = inbound.kind === 'tap' ? inbound.messageId : undefined;
  const key = message === undefined ? undefined : outbox.messageOf(chatId, message)?.key;
  if (key !== screenKey(session)) return true;
  return session.phase !== 'dialog' && session.screenIn?.includes(chatId) !== true;
}

function goneText(
  { pressedBy, people }: ScreenKeysState,
  { chatId, words }: Conversation,
  id: string,
): string {
  const text = words.of(screenWords);
  const by = pressedBy.get(id);
  return by === undefined || by === chatId ? text.answered : text.answeredBy(people.nameOf(by));
}

/**
 * Types the key and answers the tap. False: it could not be typed, and the user was told why. After a crash the tap is
 * handled again; the mark of the window says whether its key was pressed before.
 */
async function typeKey(
  { windows }: ScreenKeysState,
  { inbound, say, ack, words }: Conversation,
  { id, name }: Session,
  key: PhoneKey,
): Promise<boolean> {
  const text = words.of(screenWords);
  const mark = String(inbound.updateId);
  try {
    if (await isPressed(windows, id, mark)) {
      ack();
      return true;
    }
    const before = await fingerprint(windows, id);
    await windows.type(
      id,
      [
        { kind: 'key', key },
        { kind: 'pause', ms: KEY_PAUSE_MS },
      ],
      mark,
      'pressed',
    );
    // Programs lose keys now and then. Only the user can tell, so ccbot does not press it again.
    ack((await hasChanged(windows, id, before)) ? undefined : text.noChange);
    return true;
  } catch (error) {
    if (!(error instanceof PanesError)) throw error;
    ack();
    say(text.keyFailed(name, error.message));
    return false;
  }
}

async function isPressed(windows: Pick<Panes, 'list'>, id: string, mark: string): Promise<boolean> {
  return (await windows.list()).some(({ session, pressed }) => session === id && pressed === mark);
}

/** Reads the screen until it has changed and is still, for a second at most. */
async function hasChanged(windows: Pick<Panes, 'capture'>, id: string, before: string): Promise<boolean> {
  let last = before;
  for (let read = 0; read < STILL_READS; read++) {
    const now = await fingerprint(windows, id);
    if (now === last && now !== before) return true;
    last = now;
    await new Promise((resolve) => setTimeout(resolve, STILL_INTERVAL_MS));
  }
  return last !== before;
}

async function fingerprint(windows: Pick<Panes, 'capture'>, id: string): Promise<string> {
  return JSON.stringify(await windows.capture(id));
}
