import type { ChatSnapshot, Snapshot } from '../snapshot';
import { render } from './entities';

type Message = ChatSnapshot['messages'][number];

/** The page: shows what the sandbox tells, sends what the person does. */
function runPage(): void {
  const byId = (id: string): HTMLElement => {
    const found = document.getElementById(id);
    if (found === null) throw new Error(`the page has no #${id}`);
    return found;
  };
  const log = byId('log');
  const tabs = byId('tabs');
  const stateLine = byId('state');
  const commands = byId('commands');
  const menu = byId('menu');
  const toast = byId('toast');
  const text = byId('text') as HTMLTextAreaElement;

  let who = 'owner';
  let last: Snapshot | null = null;
  /** Taps under way: query id → the button. */
  const waiting = new Map<string, HTMLButtonElement>();

  async function post(what: string, body: Record<string, unknown>): Promise<{ query?: string }> {
    const answer = await fetch(what, { method: 'POST', body: JSON.stringify({ who, ...body }) });
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json()) as { query?: string };
  }

  function say(words: string): void {
    toast.textContent = words;
    toast.hidden = words === '';
    if (words !== '') setTimeout(() => (toast.hidden = true), 3_000);
  }

  function element(tag: string, className: string, content = ''): HTMLElement {
    const made = document.createElement(tag);
    if (className !== '') made.className = className;
    if (content !== '') made.textContent = content;
    return made;
  }

  function showMessage(message: Message): HTMLElement {
    const item = element('article', `message${message.fromBot ? '' : ' own'}`);
    item.dataset['id'] = String(message.id);
    item.dataset['state'] = JSON.stringify(message);
    item.setAttribute('aria-label', message.fromBot ? 'ccbot' : 'You');
    const bubble = element('div', 'bubble');
    bubble.append(render(message.text, message.entities));
    item.append(bubble);
    const time = new Date(message.date * 1_000).toLocaleTimeString([], {
      hour: '2-digit',
      minute: '2-digit',
    });
    const meta = element('div', 'meta', `${message.edits > 0 ? 'edited ' : ''}${time}`);
    if (message.reaction !== undefined) meta.prepend(element('span', 'reaction', message.reaction), ' ');
    item.append(meta);
    if (message.keyboard.length > 0) item.append(showKeyboard(message));
    return item;
  }

  function showKeyboard(message: Message): HTMLElement {
    const keyboard = element('div', 'keyboard');
    for (const row of message.keyboard) {
      const line = element('div', 'row');
      for (const button of row) {
        const made = element('button', '', button.text) as HTMLButtonElement;
        made.type = 'button';
        made.addEventListener('click', () => void tap(made, message.id, button.callback_data ?? ''));
        line.append(made);
      }
      keyboard.append(line);
    }
    return keyboard;
  }

  async function tap(button: HTMLButtonElement, message: number, data: string): Promise<void> {
    button.setAttribute('aria-busy', 'true');
    try {
      const { query } = await post('tap', { message, data });
      if (query !== undefined) waiting.set(query, button);
    } catch (error) {
      button.removeAttribute('aria-busy');
      say(String(error));
    }
  }

  /** Brings the log to a chat's state: messages keep their element while they do not change. */
  function showChat(chat: ChatSnapshot): void {
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
    const old = new Map([...log.children].map((c) => [(c as HTMLElement).dataset['id'], c as HTMLElement]));
    let before: Element | null = log.firstElementChild;
    for (const message of chat.messages) {
      let item = old.get(String(message.id));
      if (item !== undefined && item.dataset['state'] !== JSON.stringify(message)) {
        const fresh = showMessage(message);
        if (before === item) before = fresh;
        item.replaceWith(fresh);
        item = fresh;
      }
      item ??= showMessage(message);
      old.delete(String(message.id));
      if (item === before) before = item.nextElementSibling;
      else log.insertBefore(item, before);
    }
    for (const gone of old.values()) gone.remove();
    if (chat.messages.length === 0 && log.childElementCount === 0) {
      const hint = element(
        'p',
        'state',
        chat.who === 'owner' ? 'Write /new to start an agent.' : 'A stranger: the bot gives no answer here.',
      );
      log.append(hint);
    }
    stateLine.textContent = chat.typing ? 'ccbot is typing…' : '';
    if (atEnd) log.scrollTop = log.scrollHeight;
  }

  function showTabs(chats: readonly ChatSnapshot[]): void {
    if (tabs.childElementCount === 0) {
      for (const chat of chats) {
        const tab = element('button', '', chat.name) as HTMLButtonElement;
        tab.type = 'button';
        tab.setAttribute('role', 'tab');
        tab.dataset['who'] = chat.who;
        tab.addEventListener('click', () => {
          who = chat.who;
          log.replaceChildren();
          if (last !== null) show(last);
          text.focus();
        });
        tabs.append(tab);
      }
    }
    for (const tab of tabs.children)
      tab.setAttribute('aria-selected', String((tab as HTMLElement).dataset['who'] === who));
  }

  function showCommands(list: Snapshot['commands']): void {
    commands.replaceChildren(
      ...list.map(({ command, description }) => {
        const item = element('button', '', `/${command} – ${description}`) as HTMLButtonElement;
        item.type = 'button';
        item.setAttribute('role', 'menuitem');
        item.addEventListener('click', () => {
          text.value = `/${command} `;
          toggleMenu(false);
          text.focus();
        });
        return item;
      }),
    );
  }

  function show(snapshot: Snapshot): void {
    const chat = snapshot.chats.find((c) => c.who === who);
    showTabs(snapshot.chats);
    if (
      JSON.stringify(last?.commands) !== JSON.stringify(snapshot.commands) ||
      commands.childElementCount === 0
    ) {
      showCommands(snapshot.commands);
    }
    if (chat !== undefined) showChat(chat);
    for (const [query, answer] of Object.entries(snapshot.answers)) {
      const button = waiting.get(query);
      if (button === undefined) continue;
      waiting.delete(query);
      button.removeAttribute('aria-busy');
      if (answer !== '') say(answer);
    }
    last = snapshot;
  }

  function toggleMenu(open: boolean): void {
    commands.hidden = !open;
    menu.setAttribute('aria-expanded', String(open));
  }

  function send(): void {
    const words = text.value;
    if (words.trim() === '') return;
    text.value = '';
    resize();
    post('say', { text: words }).catch((error: unknown) => {
      text.value = words;
      say(String(error));
    });
  }

  function resize(): void {
    text.rows = Math.min(8, text.value.split('\n').length);
  }

  byId('form').addEventListener('submit', (event) => {
    event.preventDefault();
    send();
  });
  text.addEventListener('input', resize);
  text.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
  menu.addEventListener('click', () => toggleMenu(commands.hasAttribute('hidden')));
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') toggleMenu(false);
  });

  const events = new EventSource('events');
  events.onmessage = (event: MessageEvent<string>) => show(JSON.parse(event.data) as Snapshot);
  events.onerror = () => (stateLine.textContent = 'The sandbox does not answer; trying again…');
}

runPage();
