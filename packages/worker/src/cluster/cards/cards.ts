import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { Entry } from '../link';
import type { SharedCopy } from '../shared/copy';
import type { Directory } from '../shared/directory';
import { cardKey, placeOf, PREFIX, sessionKey } from '../shared/keys';
import { handledRow, rowIn } from '../shared/rows';
import type { CardRole } from '../model';
import { decideCard, type CardDecision } from './decide';

export interface SharedCardsDeps {
  host: string;
  copy: SharedCopy;
  directory: Pick<Directory, 'machines' | 'hostOf'>;
  /** Whether this machine takes part, and which one polls. */
  standing(): { isJoined: boolean; poller: string | null };
  /** The active session of a chat, as this machine has it. */
  active(chatId: number): string | undefined;
  log: LogFn;
}

/** What this machine does with its cards. */
export interface CardHands {
  /** The chats that may have a card. */
  chats: readonly number[];
  /** Whether this machine has a session; the others may not have heard of it yet. */
  has(session: string): boolean;
  /**
   * The role in a chat is another one now. With `clear`, {@link SharedCards.cleared} is to follow. May throw: then it is
   * called again.
   */
  changed(chatId: number, role: CardRole): void;
  /** The user has written something in the chat that another machine handled. */
  spoken(chatId: number): void;
}

/** Which machine draws the card and the footer of each chat. */
export interface SharedCards {
  /** `wait` before {@link watch}. */
  roleOf(chatId: number): CardRole;
  /** Nothing of this machine's card is left in the chat, or on its way there. */
  cleared(chatId: number): void;
  /** From now on, `hands` hears of each role. */
  watch(hands: CardHands): void;
  /** The copy is complete after a new connection: the cluster may know nothing of what was there. */
  connected(): void;
  /** Another entry is known. */
  taken(entry: Entry): void;
  /** Something else has changed: this machine's connection, who polls, or the active session here. */
  look(): void;
  stop(): void;
}

interface ChatCard {
  readonly chatId: number;
  role: CardRole;
  /** The role that `hands` has taken over. */
  applied: CardRole;
  /** The value of this machine's claim; null: it has none. */
  claim: string | null;
  active: string | undefined;
  owner: string | undefined;
  /** Since when these two are the same, ms of the monotonic clock. */
  since: number;
  timer: NodeJS.Timeout | undefined;
  /** The last update with which the user wrote, of those that other machines handled. */
  written: number;
}

interface CardsState {
  readonly deps: SharedCardsDeps;
  readonly chats: Map<number, ChatCard>;
  hands: CardHands | undefined;
  /** Counts the claims of this run. */
  claims: number;
}

export function createSharedCards(deps: SharedCardsDeps): SharedCards {
  const state: CardsState = { deps, chats: new Map(), hands: undefined, claims: 0 };
  const lookAtAll = (): void => {
    for (const card of state.chats.values()) look(state, card);
  };
  return {
    roleOf: (chatId) => roleOf(state, chatId),
    cleared: (chatId) => cleared(state, chatId),
    watch(hands) {
      state.hands = hands;
      for (const chatId of hands.chats) state.chats.set(chatId, newCard(chatId));
      lookAtAll();
    },
    connected() {
      for (const card of state.chats.values()) card.claim = null;
      lookAtAll();
    },
    taken(entry) {
      if (entry.key.startsWith(PREFIX.handled)) spoken(state, entry);
      else if (matters(state, entry.key)) lookAtAll();
    },
    look: lookAtAll,
    stop() {
      for (const { timer } of state.chats.values()) clearTimeout(timer);
      state.chats.clear();
    },
  };
}

const newCard = (chatId: number): ChatCard => ({
  chatId,
  role: 'wait',
  applied: 'wait',
  claim: null,
  active: undefined,
  owner: undefined,
  since: performance.now(),
  timer: undefined,
  written: 0,
});

/** Whether an entry may change a role. Sessions change all the time, and matter only where they are active. */
function matters({ deps, chats }: CardsState, key: string): boolean {
  if (!key.startsWith(PREFIX.session)) return true;
  return [...chats.keys()].some((chatId) => sessionKey(deps.active(chatId) ?? '') === key);
}

/** A change of the active session here counts before the cluster has it. */
function roleOf(state: CardsState, chatId: number): CardRole {
  const card = state.chats.get(chatId);
  if (card !== undefined && card.active !== state.deps.active(chatId)) look(state, card);
  return card?.role ?? 'wait';
}

function spoken({ deps, chats, hands }: CardsState, entry: Entry): void {
  const place = placeOf(PREFIX.handled, entry.key);
  const card = place === null || place.host === deps.host ? undefined : chats.get(place.chatId);
  const written = rowIn(handledRow, entry)?.written ?? 0;
  if (card === undefined || written <= card.written) return;
  card.written = written;
  // What is there at the beginning of a connection is of an earlier time.
  if (deps.standing().isJoined) hands?.spoken(card.chatId);
}

function look(state: CardsState, card: ChatCard): void {
  clearTimeout(card.timer);
  const { role, claims, againMs } = decide(state, card);
  if (claims && card.claim === null) claim(state, card);
  card.role = role;
  if (againMs !== undefined)
    card.timer = setTimeout(() => look(state, card), Math.max(0, againMs) + 1).unref();
  if (card.applied === role) return;
  try {
    state.hands?.changed(card.chatId, role);
    card.applied = role;
  } catch (error) {
    // A full disk: the next entry, some seconds later at most, tries again.
    state.deps.log('error', 'card not handed over', { chatId: card.chatId, reason: reasonOf(error) });
  }
}

function decide({ deps, hands }: CardsState, card: ChatCard): CardDecision {
  const { host, copy, directory } = deps;
  const { chatId } = card;
  const active = deps.active(chatId);
  const owner = active === undefined ? undefined : ownerOf(deps, hands, active);
  if (card.active !== active || card.owner !== owner)
    Object.assign(card, { active, owner, since: performance.now() });
  const present = new Set(directory.machines().flatMap((machine) => (machine.isAway ? [] : [machine.host])));
  const claimed = copy.under(PREFIX.card).flatMap(({ key }) => {
    const found = placeOf(PREFIX.card, key);
    return found === null || found.chatId !== chatId ? [] : [found.host];
  });
  return decideCard({
    ...deps.standing(),
    self: host,
    active,
    owner,
    claims: {
      mine: card.claim !== null && copy.get(cardKey(host, chatId))?.value === card.claim,
      others: claimed.filter((other) => other !== host && present.has(other)),
    },
    sameMs: performance.now() - card.since,
  });
}

/** Of two machines with a copy of the same session, the one that the others know has it. */
function ownerOf(
  { host, directory }: SharedCardsDeps,
  hands: CardHands | undefined,
  session: string,
): string | undefined {
  return directory.hostOf(session) ?? (hands?.has(session) === true ? host : undefined);
}

/** Each claim has a value of its own: an earlier one that is still in the copy does not count. */
function claim(state: CardsState, card: ChatCard): void {
  const { host, copy } = state.deps;
  card.claim = `${++state.claims} ${Math.random().toString(36).slice(2)}`;
  copy.put(cardKey(host, card.chatId), card.claim);
}

function cleared({ deps, chats }: CardsState, chatId: number): void {
  const card = chats.get(chatId);
  if (card?.role !== 'clear') return;
  const { host, copy } = deps;
  const key = cardKey(host, chatId);
  if (card.claim === null && copy.get(key) === undefined) return;
  card.claim = null;
  copy.put(key, null);
}
