import type { ChatChange } from '../changes';
import type { PageMessage } from '../snapshot';
import { byId, element } from './dom';
import { render } from './entities';
import { createMessage, summaryOf, type MessageDeeds, type MessageView } from './message';

/** One chat of the page: its messages and their elements. */
export interface Chat {
  name: string;
  /** Messages of the bot that came while the chat was not looked at. */
  unread: number;
  typingUntil: number;
  /** Takes what is different; the messages that are new. */
  apply(change: ChatChange, whole: boolean): PageMessage[];
  /** Puts the chat into the log. */
  show(): void;
  find(id: number): PageMessage | undefined;
  /** The person's last message of text. */
  lastOwn(): PageMessage | undefined;
}

/** How near to its end the log follows new messages, pixels. */
const NEAR_END = 80;

/** Makes a chat; `isShown` says whether it is the one that is looked at. */
export function createChat(
  deeds: Pick<MessageDeeds, 'tap' | 'reply'>,
  hint: string,
  isShown: () => boolean,
): Chat {
  const log = byId('log');
  const views = new Map<number, MessageView>();
  const draft = element('article', 'message draft');
  const empty = element('p', 'hint', hint);
  const all: MessageDeeds = {
    ...deeds,
    find: (id) => views.get(id)?.message,
    goTo(id) {
      const target = views.get(id)?.element;
      target?.scrollIntoView({ block: 'center' });
      target?.focus();
    },
  };

  function place(): void {
    const wanted: HTMLElement[] = [...views.values()].map((v) => v.element);
    if (wanted.length === 0) wanted.push(empty);
    if (draft.childElementCount > 0) wanted.push(draft);
    wanted.forEach((item, i) => {
      const there = log.children[i];
      if (there !== item) log.insertBefore(item, there ?? null);
    });
    while (log.children.length > wanted.length) log.lastElementChild?.remove();
  }

  const chat: Chat = {
    name: '',
    unread: 0,
    typingUntil: 0,
    find: all.find,
    lastOwn: () =>
      [...views.values()].map((v) => v.message).findLast((m) => !m.fromBot && m.file === undefined),
    apply(change, whole) {
      const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END;
      chat.name = change.name;
      chat.typingUntil = Date.now() + change.typingMs;
      if (whole) {
        const present = new Set(change.messages.map((m) => m.id));
        for (const id of views.keys()) if (!present.has(id)) views.delete(id);
      }
      for (const id of change.gone) views.delete(id);
      const fresh: PageMessage[] = [];
      for (const message of change.messages) {
        const view = views.get(message.id);
        if (view !== undefined) view.update(message);
        else {
          views.set(message.id, createMessage(message, all));
          fresh.push(message);
        }
      }
      draft.replaceChildren();
      if (change.draft !== undefined) {
        const bubble = element('div', 'bubble');
        bubble.append(render(change.draft.text, change.draft.entities));
        draft.append(bubble);
      }
      if (isShown()) {
        place();
        showPinned();
        if (atEnd || fresh.some((m) => !m.fromBot)) log.scrollTop = log.scrollHeight;
      } else if (!whole) {
        chat.unread += fresh.filter((m) => m.fromBot).length;
      }
      return whole ? [] : fresh;
    },
    show() {
      chat.unread = 0;
      log.replaceChildren();
      place();
      showPinned();
      log.scrollTop = log.scrollHeight;
    },
  };

  function showPinned(): void {
    const pinned = [...views.values()].map((v) => v.message).findLast((m) => m.pinned === true);
    byId('pinned').hidden = pinned === undefined;
    byId('pinned').textContent = pinned === undefined ? '' : `📌 ${summaryOf(pinned)}`;
  }

  return chat;
}
