/** A Telegram entity as the page gets it. */
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

/** A text with its entities as nodes; nothing of it is ever read as markup. */
export function render(text: string, entities: readonly PageEntity[]): DocumentFragment {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const fragment = document.createDocumentFragment();
  fill(fragment, text, 0, text.length, sorted);
  return fragment;
}

function fill(parent: Node, text: string, from: number, to: number, entities: readonly PageEntity[]): void {
  let at = from;
  for (let i = 0; i < entities.length; i++) {
    const e = entities[i];
    if (e === undefined || e.offset < at || e.offset >= to) continue;
    parent.appendChild(document.createTextNode(text.slice(at, e.offset)));
    const end = Math.min(e.offset + e.length, to);
    const made = elementOf(e);
    fill(
      made,
      text,
      e.offset,
      end,
      entities.slice(i + 1).filter((inner) => inner.offset < end),
    );
    parent.appendChild(made);
    at = end;
  }
  parent.appendChild(document.createTextNode(text.slice(at, to)));
}

function elementOf(e: PageEntity): HTMLElement {
  const made = document.createElement(TAGS[e.type] ?? 'span');
  if (made instanceof HTMLAnchorElement && /^(?:https?|mailto|tg):/.test(e.url ?? '')) {
    made.href = e.url ?? '';
    made.rel = 'noreferrer';
    made.target = '_blank';
  }
  if (e.type === 'pre' && e.language !== undefined) made.dataset['language'] = e.language;
  if (e.type === 'bot_command') made.className = 'bot-command';
  if (e.type === 'spoiler') {
    made.className = 'spoiler';
    made.tabIndex = 0;
  }
  if (e.type === 'expandable_blockquote') {
    made.className = 'fold';
    made.tabIndex = 0;
    made.setAttribute('role', 'button');
    made.setAttribute('aria-expanded', 'false');
    const toggle = (): void => {
      made.setAttribute('aria-expanded', String(made.classList.toggle('open')));
    };
    made.addEventListener('click', toggle);
    made.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') toggle();
    });
  }
  return made;
}
