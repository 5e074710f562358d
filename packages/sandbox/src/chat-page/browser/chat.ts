import type { ChatChange } from '../changes';
import type { PageMessage } from '../snapshot';
import { byId, element } from './dom';
import { render } from './entities';
import { createMessage, summaryOf, type MessageActions, type MessageView } from './message';

/** One chat of the page, with its messages and their elements. */
export interface Chat {
  readonly name: string;
  /** Messages of the bot since the chat was last on screen. */
  readonly unread: number;
  /** ms since the epoch. */
  readonly typingUntil: number;
  /** Applies a change. Returns the messages that are new. */
  apply(change: ChatChange, whole: boolean): PageMessage[];
  /** Shows the chat in the log. */
  show(): void;
  /** The user's last text message. */
  lastSent(): PageMessage | undefined;
}

interface ChatState {
  name: string;
  unread: number;
  typingUntil: number;
  readonly log: HTMLElement;
  readonly views: Map<number, MessageView>;
  readonly draft: HTMLElement;
  readonly hint: HTMLElement;
  readonly actions: MessageActions;
}

/** The log follows new messages within this distance from its end, pixels. */
const NEAR_END = 80;

/** `hint` fills the empty chat; `isShown` says whether this chat is on screen. */
export function createChat(
  actions: Pick<MessageActions, 'tap' | 'reply'>,
  hint: string,
  isShown: () => boolean,
): Chat {
  const views = new Map<number, MessageView>();
  const state: ChatState = {
    name: '',
    unread: 0,
    typingUntil: 0,
    log: byId('log'),
    views,
    draft: element('article', 'message draft'),
    hint: element('p', 'hint', hint),
    actions: {
      ...actions,
      find: (id) => views.get(id)?.message,
      goTo: (id) => focusMessage(views.get(id)),
    },
  };
  return {
    get name() {
      return state.name;
    },
    get unread() {
      return state.unread;
    },
    get typingUntil() {
      return state.typingUntil;
    },
    apply: (change, whole) => apply(state, change, whole, isShown()),
    show: () => show(state),
    lastSent: () =>
      [...views.values()].map((v) => v.message).findLast((m) => !m.fromBot && m.file === undefined),
  };
}

function focusMessage(view: MessageView | undefined): void {
  view?.element.scrollIntoView({ block: 'center' });
  view?.element.focus();
}

function apply(state: ChatState, change: ChatChange, whole: boolean, isShown: boolean): PageMessage[] {
  const { log } = state;
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END;
  state.name = change.name;
  state.typingUntil = Date.now() + change.typingMs;
  removeMessages(state, change, whole);
  const fresh = updateMessages(state, change);
  updateDraft(state, change);
  if (isShown) {
    place(state);
    showPinned(state);
    if (isAtEnd || fresh.some((m) => !m.fromBot)) log.scrollTop = log.scrollHeight;
  } else if (!whole) {
    state.unread += fresh.filter((m) => m.fromBot).length;
  }
  return whole ? [] : fresh;
}

function removeMessages({ views }: ChatState, change: ChatChange, whole: boolean): void {
  if (whole) {
    const present = new Set(change.messages.map((m) => m.id));
    for (const id of views.keys()) if (!present.has(id)) views.delete(id);
  }
  for (const id of change.gone) views.delete(id);
}

/** Returns the messages that are new. */
function updateMessages({ views, actions }: ChatState, change: ChatChange): PageMessage[] {
  const fresh: PageMessage[] = [];
  for (const message of change.messages) {
    const view = views.get(message.id);
    if (view !== undefined) view.update(message);
    else {
      views.set(message.id, createMessage(message, actions));
      fresh.push(message);
    }
  }
  return fresh;
}

function updateDraft({ draft }: ChatState, change: ChatChange): void {
  draft.replaceChildren();
  if (change.draft === undefined) return;
  const bubble = element('div', 'bubble');
  bubble.append(render(change.draft.text, change.draft.entities));
  draft.append(bubble);
}

/** Brings the elements of the log into order without touching those that are in place, which keep focus and scroll. */
function place({ log, views, draft, hint }: ChatState): void {
  const wanted: HTMLElement[] = [...views.values()].map((v) => v.element);
  if (wanted.length === 0) wanted.push(hint);
  if (draft.childElementCount > 0) wanted.push(draft);
  wanted.forEach((item, i) => {
    const current = log.children[i];
    if (current !== item) log.insertBefore(item, current ?? null);
  });
  while (log.children.length > wanted.length) log.lastElementChild?.remove();
}

function show(state: ChatState): void {
  state.unread = 0;
  state.log.replaceChildren();
  place(state);
  showPinned(state);
  state.log.scrollTop = state.log.scrollHeight;
}

function showPinned({ views }: ChatState): void {
  const pinned = [...views.values()].map((v) => v.message).findLast((m) => m.pinned === true);
  byId('pinned').hidden = pinned === undefined;
  byId('pinned').textContent = pinned === undefined ? '' : `📌 ${summaryOf(pinned)}`;
}
