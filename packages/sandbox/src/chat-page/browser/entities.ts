export interface PageEntity {
  type: string;
  offset: number;
  length: number;
  url?: string;
  language?: string;
}

const TAGS: Readonly<Record<string, string>> = {
  bold: 'b',
  italic: 'i',
  underline: 'u',
  strikethrough: 's',
  spoiler: 'span',
  code: 'code',
  pre: 'pre',
  text_link: 'a',
  blockquote: 'blockquote',
  expandable_blockquote: 'blockquote',
};

/** Renders a text with its entities. The text is never read as markup. */
export function render(text: string, entities: readonly PageEntity[]): DocumentFragment {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const fragment = document.createDocumentFragment();
  fill(fragment, text, 0, text.length, sorted);
  return fragment;
}

function fill(parent: Node, text: string, from: number, to: number, entities: readonly PageEntity[]): void {
  let position = from;
  for (let i = 0; i < entities.length; i++) {
    const e = entities[i];
    if (e === undefined || e.offset < position || e.offset >= to) continue;
    parent.appendChild(document.createTextNode(text.slice(position, e.offset)));
    const end = Math.min(e.offset + e.length, to);
    const node = elementOf(e);
    fill(
      node,
      text,
      e.offset,
      end,
      entities.slice(i + 1).filter((inner) => inner.offset < end),
    );
    parent.appendChild(node);
    position = end;
  }
  parent.appendChild(document.createTextNode(text.slice(position, to)));
}

function elementOf(e: PageEntity): HTMLElement {
  const node = document.createElement(TAGS[e.type] ?? 'span');
  if (node instanceof HTMLAnchorElement && /^(?:https?|mailto|tg):/.test(e.url ?? '')) {
    node.href = e.url ?? '';
    node.rel = 'noreferrer';
    node.target = '_blank';
  }
  if (e.type === 'pre' && e.language !== undefined) node.dataset['language'] = e.language;
  if (e.type === 'bot_command') node.className = 'bot-command';
  if (e.type === 'spoiler') {
    node.className = 'spoiler';
    node.tabIndex = 0;
  }
  if (e.type === 'expandable_blockquote') {
    node.className = 'fold';
    node.tabIndex = 0;
    node.setAttribute('role', 'button');
    node.setAttribute('aria-expanded', 'false');
    const toggle = (): void => {
      node.setAttribute('aria-expanded', String(node.classList.toggle('open')));
    };
    node.addEventListener('click', toggle);
    node.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') toggle();
    });
  }
  return node;
}
