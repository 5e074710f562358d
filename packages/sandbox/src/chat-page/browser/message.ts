import type { PageMessage } from '../snapshot';
import { button, element } from './dom';
import { render } from './entities';
import { renderRich } from './rich';

export interface MessageActions {
  tap(button: HTMLButtonElement, message: number, data: string): void;
  reply(message: PageMessage): void;
  /** The message with this id, when the page has it. */
  find(id: number): PageMessage | undefined;
  /** Scrolls to a message and focuses it. */
  goTo(id: number): void;
}

/** The element stays the same when the message is edited. */
export interface MessageView {
  element: HTMLElement;
  message: PageMessage;
  update(message: PageMessage): void;
}

export function createMessage(first: PageMessage, actions: MessageActions): MessageView {
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
  /** Rebuilds a part only when its content has changed, so that a focused button keeps the focus. */
  const rebuild = (part: HTMLElement, content: unknown, build: () => (Node | string)[]): void => {
    const key = JSON.stringify(content);
    if (parts.get(part) === key) return;
    parts.set(part, key);
    part.replaceChildren(...build());
  };

  const view: MessageView = {
    element: item,
    message: first,
    update(m) {
      view.message = m;
      item.setAttribute('aria-label', `${m.fromBot ? 'ccbot' : 'You'}, ${timeOf(m)}`);
      rebuild(bubble, [m.text, m.entities, m.file, m.replyTo, m.rich], () => [
        ...contentOf(m, actions),
        meta,
      ]);
      rebuild(meta, [m.edits > 0, m.reaction, m.pinned, m.date], () => metaOf(m, actions));
      rebuild(keyboard, m.keyboard, () => m.keyboard.map((row) => rowOf(m.id, row, actions)));
      keyboard.hidden = m.keyboard.length === 0;
    },
  };
  view.update(first);
  return view;
}

function contentOf(m: PageMessage, actions: MessageActions): Node[] {
  const nodes: Node[] = [];
  const original = m.replyTo === undefined ? undefined : actions.find(m.replyTo);
  if (original !== undefined) {
    const quote = button('', 'quote', () => actions.goTo(original.id));
    quote.append(element('b', '', original.fromBot ? 'ccbot' : 'You'), summaryOf(original));
    nodes.push(quote);
  }
  if (m.file !== undefined) nodes.push(fileOf(m.file));
  if (m.text !== '') {
    const text = element('div', m.rich === true ? 'words rich' : 'words');
    text.append(m.rich === true ? renderRich(m.text) : render(m.text, m.entities));
    nodes.push(text);
  }
  return nodes;
}

/** One line that describes a message. */
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
  const label = element('span');
  label.append(element('b', '', file.name), element('small', '', sizeOf(file.size)));
  link.append(sign, label);
  return link;
}

function sizeOf(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function timeOf(m: PageMessage): string {
  return new Date(m.date * 1_000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}

function metaOf(m: PageMessage, actions: MessageActions): Node[] {
  const nodes: Node[] = [];
  if (m.reaction !== undefined) nodes.push(element('span', 'reaction', m.reaction));
  const reply = button('↩', 'reply', () => actions.reply(m));
  reply.setAttribute('aria-label', 'Reply');
  nodes.push(reply);
  const status = `${m.pinned === true ? '📌 ' : ''}${m.edits > 0 ? 'edited ' : ''}${timeOf(m)}`;
  nodes.push(element('span', 'time', status));
  return nodes;
}

function rowOf(message: number, row: PageMessage['keyboard'][number], actions: MessageActions): HTMLElement {
  const line = element('div', 'row');
  for (const { text, callback_data, url } of row) {
    if (url !== undefined && /^https?:/.test(url)) {
      const link = element('a', '', text);
      link.href = url;
      link.target = '_blank';
      link.rel = 'noreferrer';
      line.append(link);
    } else {
      line.append(button(text, '', (clicked) => actions.tap(clicked, message, callback_data ?? '')));
    }
  }
  return line;
}
