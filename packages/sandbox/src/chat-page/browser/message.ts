import type { PageMessage } from '../snapshot';
import { button, element } from './dom';
import { render } from './entities';
import { renderRich } from './rich';

/** What a message of the page can ask for. */
export interface MessageDeeds {
  tap(made: HTMLButtonElement, message: number, data: string): void;
  reply(message: PageMessage): void;
  /** The message that another one answers, when the page knows it. */
  find(id: number): PageMessage | undefined;
  /** Shows a message that was answered. */
  goTo(id: number): void;
}

/** A message's element; it stays the same while the message is edited. */
export interface MessageView {
  element: HTMLElement;
  message: PageMessage;
  update(message: PageMessage): void;
}

/** Makes the element of a message. */
export function createMessage(first: PageMessage, deeds: MessageDeeds): MessageView {
  const item = element('article', `message${first.fromBot ? '' : ' own'}`);
  const bubble = element('div', 'bubble');
  const meta = element('div', 'meta');
  const keyboard = element('div', 'keyboard');
  keyboard.setAttribute('role', 'group');
  keyboard.setAttribute('aria-label', 'Buttons');
  item.dataset['id'] = String(first.id);
  item.tabIndex = -1;
  item.append(bubble, keyboard);
  const parts = new Map<Node, string>();
  /** Builds a part anew only when what it shows is different: a focused button keeps the focus. */
  const once = (part: HTMLElement, shown: unknown, build: () => (Node | string)[]): void => {
    const text = JSON.stringify(shown);
    if (parts.get(part) === text) return;
    parts.set(part, text);
    part.replaceChildren(...build());
  };

  const view: MessageView = {
    element: item,
    message: first,
    update(m) {
      view.message = m;
      item.setAttribute('aria-label', `${m.fromBot ? 'ccbot' : 'You'}, ${timeOf(m)}`);
      once(bubble, [m.text, m.entities, m.file, m.replyTo, m.rich], () => [...content(m, deeds), meta]);
      once(meta, [m.edits > 0, m.reaction, m.pinned, m.date], () => metaOf(m, deeds));
      once(keyboard, m.keyboard, () => m.keyboard.map((row) => rowOf(m.id, row, deeds)));
      keyboard.hidden = m.keyboard.length === 0;
    },
  };
  view.update(first);
  return view;
}

function content(m: PageMessage, deeds: MessageDeeds): Node[] {
  const nodes: Node[] = [];
  const answered = m.replyTo === undefined ? undefined : deeds.find(m.replyTo);
  if (answered !== undefined) {
    const quote = button('', 'quote', () => deeds.goTo(answered.id));
    quote.append(element('b', '', answered.fromBot ? 'ccbot' : 'You'), summaryOf(answered));
    nodes.push(quote);
  }
  if (m.file !== undefined) nodes.push(fileOf(m.file));
  if (m.text !== '') {
    const words = element('div', m.rich === true ? 'words rich' : 'words');
    words.append(m.rich === true ? renderRich(m.text) : render(m.text, m.entities));
    nodes.push(words);
  }
  return nodes;
}

/** A message in one line. */
export function summaryOf(m: PageMessage): string {
  const line = m.text.split('\n', 1)[0] ?? '';
  const short = line.length > 80 ? `${line.slice(0, 80).toWellFormed()}…` : line;
  return short === '' ? (m.file?.name ?? 'a message') : short;
}

function fileOf(file: NonNullable<PageMessage['file']>): HTMLElement {
  const address = `file/${encodeURIComponent(file.id)}`;
  if (file.kind === 'photo') {
    const picture = element('img', 'photo');
    picture.alt = file.name === '' ? 'Photo' : `Photo ${file.name}`;
    picture.src = address;
    if (file.width !== undefined && file.height !== undefined) {
      picture.width = file.width;
      picture.height = file.height;
    }
    return picture;
  }
  if (file.kind === 'voice' || file.kind === 'audio') {
    const player = element('audio');
    player.controls = true;
    player.preload = 'none';
    player.src = address;
    player.setAttribute('aria-label', file.name);
    return player;
  }
  const link = element('a', 'file');
  link.href = address;
  link.download = file.name;
  const sign = element('span', 'sign', '⤓');
  sign.setAttribute('aria-hidden', 'true');
  const words = element('span');
  words.append(element('b', '', file.name), element('small', '', sizeOf(file.size)));
  link.append(sign, words);
  return link;
}

function sizeOf(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function timeOf(m: PageMessage): string {
  return new Date(m.date * 1_000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}

function metaOf(m: PageMessage, deeds: MessageDeeds): Node[] {
  const nodes: Node[] = [];
  if (m.reaction !== undefined) nodes.push(element('span', 'reaction', m.reaction));
  const reply = button('↩', 'reply', () => deeds.reply(m));
  reply.setAttribute('aria-label', 'Reply');
  nodes.push(reply);
  const words = `${m.pinned === true ? '📌 ' : ''}${m.edits > 0 ? 'edited ' : ''}${timeOf(m)}`;
  nodes.push(element('span', 'time', words));
  return nodes;
}

function rowOf(message: number, row: PageMessage['keyboard'][number], deeds: MessageDeeds): HTMLElement {
  const line = element('div', 'row');
  for (const { text, callback_data, url } of row) {
    if (url !== undefined && /^https?:/.test(url)) {
      const link = element('a', '', text);
      link.href = url;
      link.target = '_blank';
      link.rel = 'noreferrer';
      line.append(link);
    } else {
      line.append(button(text, '', (made) => deeds.tap(made, message, callback_data ?? '')));
    }
  }
  return line;
}
