import type { Change } from '../changes';
import type { PageMessage } from '../snapshot';
import { createChat, type Chat } from './chat';
import { createComposer } from './composer';
import { button, byId, element } from './dom';

/** How long words that pass are shown, ms. */
const TOAST_MS = 3_500;

/** A card that is edited is read aloud once it has rested for this long, ms. */
const REST_MS = 1_500;

/** What a phone records; a file of that kind is sent as if it had been spoken. */
const VOICE = /^audio\/ogg\b/;

/** A tap that nobody answers stops waiting after this long, ms, as in Telegram. */
const TAP_MS = 15_000;

/** The page: shows what the sandbox tells, sends what the person does. */
function runPage(): void {
  const log = byId('log');
  const tabs = byId('tabs');
  const stateLine = byId('state');
  const toast = byId('toast');
  const down = byId('down');
  const chats = new Map<string, Chat>();
  /** Taps under way: query id → the button. */
  const waiting = new Map<string, HTMLButtonElement>();
  let who = 'owner';
  let connected = false;
  let toastTimer = 0;
  let typingTimer = 0;
  let restTimer = 0;

  const shown = (): Chat | undefined => chats.get(who);

  const composer = createComposer({
    say: (text, replyTo) => act({ do: 'say', who, text, ...(replyTo === undefined ? {} : { replyTo }) }),
    edit: (message, text) => act({ do: 'edit', who, message, text }),
    upload: async (files, caption) => {
      const to = who;
      // What goes together is an album; pictures, sounds and documents each have one of their own, as on a phone.
      const album = files.length > 1 && files.length <= 10 ? String(Date.now()) : '';
      for (const [i, file] of files.entries()) {
        const query = new URLSearchParams({ who: to, name: file.name, mime: file.type });
        if (album !== '')
          query.set('album', `${album}${['image', 'audio'].indexOf(file.type.split('/')[0] ?? '') + 1}`);
        if (VOICE.test(file.type)) query.set('as', 'voice');
        if (i === 0) query.set('caption', caption);
        await answerOf(await fetch(`upload?${query.toString()}`, { method: 'POST', body: file }));
      }
    },
    lastOwn: () => shown()?.lastOwn(),
    complain: say,
  });

  async function answerOf(response: Response): Promise<{ query?: string }> {
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as { query?: string };
  }

  async function act(action: Record<string, unknown>): Promise<{ query?: string }> {
    const headers = { 'content-type': 'application/json' };
    return answerOf(await fetch('act', { method: 'POST', headers, body: JSON.stringify(action) }));
  }

  function say(words: string): void {
    toast.textContent = words;
    toast.hidden = false;
    clearTimeout(toastTimer);
    toastTimer = window.setTimeout(() => (toast.hidden = true), TOAST_MS);
  }

  function tap(made: HTMLButtonElement, message: number, data: string): void {
    if (made.getAttribute('aria-busy') === 'true') return;
    made.setAttribute('aria-busy', 'true');
    act({ do: 'tap', who, message, data }).then(
      ({ query = '' }) => {
        waiting.set(query, made);
        setTimeout(() => settle(query), TAP_MS);
      },
      (error: unknown) => {
        made.removeAttribute('aria-busy');
        say((error as Error).message);
      },
    );
  }

  function settle(query: string): boolean {
    waiting.get(query)?.removeAttribute('aria-busy');
    return waiting.delete(query);
  }

  function showAnswers(answers: Change['answers']): void {
    for (const [query, { text, alert }] of Object.entries(answers)) {
      if (!settle(query) || text === '') continue;
      if (!alert) say(text);
      else {
        byId('alert-text').textContent = text;
        byId<HTMLDialogElement>('alert').showModal();
      }
    }
  }

  function showState(): void {
    const left = (shown()?.typingUntil ?? 0) - Date.now();
    stateLine.textContent = connected ? (left > 0 ? 'typing…' : 'bot') : 'waiting for the sandbox…';
    stateLine.classList.toggle('busy', !connected || left > 0);
    clearTimeout(typingTimer);
    if (connected && left > 0) typingTimer = window.setTimeout(showState, left);
  }

  function select(next: string, focusTab: boolean): void {
    who = next;
    composer.reset();
    shown()?.show();
    showTabs();
    showState();
    if (focusTab) document.getElementById(`tab-${next}`)?.focus();
    else composer.focus();
  }

  function showTabs(): void {
    for (const [name, chat] of chats) {
      const id = `tab-${name}`;
      const tab = document.getElementById(id) ?? button('', '', () => select(name, false));
      if (!tab.isConnected) {
        tab.id = id;
        tab.setAttribute('role', 'tab');
        tab.setAttribute('aria-controls', 'panel');
        tabs.append(tab);
      }
      const words =
        chat.unread > 0 ? [chat.name, element('span', 'badge', String(chat.unread))] : [chat.name];
      tab.replaceChildren(...words);
      tab.setAttribute('aria-selected', String(name === who));
      tab.tabIndex = name === who ? 0 : -1;
    }
    byId('panel').setAttribute('aria-labelledby', `tab-${who}`);
  }

  /** Reads new messages aloud at once, and edited ones when they rest: not each step of a card. */
  function announce(fresh: readonly PageMessage[], edited: PageMessage | undefined): void {
    const [first] = fresh.filter((m) => m.fromBot);
    if (first !== undefined) byId('said').textContent = `ccbot: ${first.text}`;
    clearTimeout(restTimer);
    if (edited !== undefined)
      restTimer = window.setTimeout(() => (byId('said').textContent = `ccbot: ${edited.text}`), REST_MS);
  }

  function take(change: Change): void {
    connected = true;
    composer.setCommands(change.commands);
    for (const part of change.chats) {
      const known = chats.get(part.who);
      const chat =
        known ??
        createChat(
          { tap, reply: (m) => composer.replyTo(m) },
          part.who === 'owner'
            ? 'Write /new and tap “Start here” to start an agent.'
            : 'A stranger writes here: the bot must give no answer.',
          () => who === part.who,
        );
      chats.set(part.who, chat);
      const fresh = chat.apply(part, change.whole);
      if (part.who === who && !change.whole) {
        const edited = part.messages.findLast((m) => m.fromBot && !fresh.includes(m));
        announce(fresh, edited);
      }
      if (known === undefined && part.who === who) chat.show();
    }
    showTabs();
    showState();
    showAnswers(change.answers);
    const waitingFor = [...chats.values()].reduce((sum, c) => sum + c.unread, 0);
    document.title = waitingFor > 0 ? `(${waitingFor}) ccbot sandbox` : 'ccbot sandbox';
  }

  tabs.addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    const names = [...chats.keys()];
    const step = event.key === 'ArrowRight' ? 1 : names.length - 1;
    const next = names[(names.indexOf(who) + step) % names.length];
    if (next !== undefined) select(next, true);
  });
  log.addEventListener('scroll', () => {
    down.hidden = log.scrollHeight - log.scrollTop - log.clientHeight < 200;
  });
  down.addEventListener('click', () => (log.scrollTop = log.scrollHeight));

  const events = new EventSource('events');
  events.onmessage = (event: MessageEvent<string>) => take(JSON.parse(event.data) as Change);
  events.onerror = () => {
    connected = false;
    showState();
  };
}

runPage();
