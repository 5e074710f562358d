import { parseJson } from '@ccbot/shared/protocol/json';
import { changeSchema } from '../change-schema';
import type { Change, ChatChange } from '../changes';
import { createAnnouncer, type Announcer } from './announcer';
import { act, upload } from './api';
import { createChat, type Chat } from './chat';
import { createComposer, type Composer } from './composer';
import { byId } from './dom';
import { drawTabs, focusTab } from './tabs';
import { createTaps, type Taps } from './taps';
import { createToast } from './toast';

/** The button to the newest message appears above this distance from the end of the log, pixels. */
const FAR_FROM_END = 200;

interface Chats {
  /** Person → chat. */
  readonly all: Map<string, Chat>;
  /** The person whose chat is on screen. */
  shown: string;
}

interface PageState {
  readonly chats: Chats;
  readonly composer: Composer;
  readonly taps: Taps;
  readonly announcer: Announcer;
  isConnected: boolean;
  /** Redraws the status line when the typing indicator ends. */
  typingTimer: number;
}

function runPage(): void {
  const page = createPage();
  addListeners(page);
  const events = new EventSource('events');
  events.onmessage = (event: MessageEvent<string>) => {
    const change = parseJson(changeSchema, event.data);
    if (change === null) throw new Error('the sandbox sent something other than a change');
    applyChange(page, change);
  };
  events.onerror = () => {
    page.isConnected = false;
    drawStatus(page);
  };
}

function createPage(): PageState {
  const chats: Chats = { all: new Map(), shown: 'owner' };
  const showToast = createToast();
  return {
    chats,
    composer: createComposer({
      say: (text, replyTo) =>
        act({ do: 'say', person: chats.shown, text, ...(replyTo === undefined ? {} : { replyTo }) }),
      edit: (message, text) => act({ do: 'edit', person: chats.shown, message, text }),
      upload: (files, caption) => upload(chats.shown, files, caption),
      lastSent: () => chats.all.get(chats.shown)?.lastSent(),
      showError: showToast,
    }),
    taps: createTaps(showToast),
    announcer: createAnnouncer(),
    isConnected: false,
    typingTimer: 0,
  };
}

function applyChange(page: PageState, change: Change): void {
  page.isConnected = true;
  page.composer.setCommands(change.commands);
  for (const chatChange of change.chats) applyChatChange(page, chatChange, change.whole);
  drawAllTabs(page);
  drawStatus(page);
  page.taps.showAnswers(change.answers);
  drawTitle(page);
}

function applyChatChange(page: PageState, change: ChatChange, whole: boolean): void {
  const { person } = change;
  const known = page.chats.all.get(person);
  const chat = known ?? createPageChat(page, person);
  page.chats.all.set(person, chat);
  const fresh = chat.apply(change, whole);
  if (person !== page.chats.shown) return;
  if (!whole) {
    const edited = change.messages.findLast((m) => m.fromBot && !fresh.includes(m));
    page.announcer.announce(fresh, edited);
  }
  if (known === undefined) chat.show();
}

function createPageChat(page: PageState, person: string): Chat {
  const hint =
    person === 'owner'
      ? 'Write /new and tap “Start here” to start an agent.'
      : 'This is a stranger’s chat. The bot must not answer here.';
  return createChat(
    {
      tap: (button, message, data) => page.taps.tap(person, button, message, data),
      reply: (message) => page.composer.replyTo(message),
    },
    hint,
    () => page.chats.shown === person,
  );
}

function select(page: PageState, person: string): void {
  page.chats.shown = person;
  page.composer.reset();
  page.chats.all.get(person)?.show();
  drawAllTabs(page);
  drawStatus(page);
}

function drawAllTabs(page: PageState): void {
  drawTabs(page.chats.all, page.chats.shown, (person) => {
    select(page, person);
    page.composer.focus();
  });
}

function drawStatus(page: PageState): void {
  const status = byId('state');
  const typingMs = (page.chats.all.get(page.chats.shown)?.typingUntil ?? 0) - Date.now();
  const isTyping = typingMs > 0;
  if (!page.isConnected) status.textContent = 'waiting for the sandbox…';
  else status.textContent = isTyping ? 'typing…' : 'bot';
  status.classList.toggle('busy', !page.isConnected || isTyping);
  clearTimeout(page.typingTimer);
  if (page.isConnected && isTyping) page.typingTimer = window.setTimeout(() => drawStatus(page), typingMs);
}

function drawTitle(page: PageState): void {
  const unread = [...page.chats.all.values()].reduce((sum, chat) => sum + chat.unread, 0);
  document.title = unread > 0 ? `(${unread}) ccbot sandbox` : 'ccbot sandbox';
}

function addListeners(page: PageState): void {
  const log = byId('log');
  const down = byId('down');
  byId('tabs').addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    const people = [...page.chats.all.keys()];
    const step = event.key === 'ArrowRight' ? 1 : people.length - 1;
    const next = people[(people.indexOf(page.chats.shown) + step) % people.length];
    if (next === undefined) return;
    select(page, next);
    focusTab(next);
  });
  log.addEventListener('scroll', () => {
    down.hidden = log.scrollHeight - log.scrollTop - log.clientHeight < FAR_FROM_END;
  });
  down.addEventListener('click', () => (log.scrollTop = log.scrollHeight));
}

runPage();
