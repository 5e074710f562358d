import type { PageMessage, Snapshot } from '../snapshot';
import { byId, element } from './dom';
import { summaryOf } from './message';

/** What the line at the foot of the page can ask for; the promises fail with words for the person. */
export interface ComposerDeeds {
  say(text: string, replyTo: number | undefined): Promise<unknown>;
  edit(message: number, text: string): Promise<unknown>;
  upload(files: File[], caption: string): Promise<unknown>;
  lastOwn(): PageMessage | undefined;
  complain(words: string): void;
}

/** The line at the foot: words, files, commands, what is answered or changed. */
export interface Composer {
  setCommands(commands: Snapshot['commands']): void;
  replyTo(message: PageMessage): void;
  focus(): void;
  /** Forgets what is answered or changed. */
  reset(): void;
}

type About = { kind: 'reply' | 'edit'; message: PageMessage } | null;

/** Brings the line at the foot to life. */
export function createComposer(deeds: ComposerDeeds): Composer {
  const text = byId<HTMLTextAreaElement>('text');
  const list = byId('commands');
  const menu = byId('menu');
  const files = byId<HTMLInputElement>('files');
  let commands: Snapshot['commands'] = [];
  let about: About = null;
  let marked = 0;

  function resize(): void {
    text.style.height = 'auto';
    text.style.height = `${text.scrollHeight}px`;
  }

  function setAbout(next: About): void {
    about = next;
    byId('replying').hidden = next === null;
    byId('replying-to').textContent =
      next === null ? '' : `${next.kind === 'edit' ? 'Edit' : 'Reply to'}: ${summaryOf(next.message)}`;
  }

  function put(words: string): void {
    text.value = words;
    resize();
    text.focus();
  }

  function send(): void {
    const words = text.value;
    const was = about;
    if (words.trim() === '') return;
    closeList();
    text.value = '';
    resize();
    setAbout(null);
    const done = was?.kind === 'edit' ? deeds.edit(was.message.id, words) : deeds.say(words, was?.message.id);
    done.catch((error: unknown) => {
      if (text.value === '') put(words); // nothing that was written is lost
      setAbout(was);
      deeds.complain((error as Error).message);
    });
  }

  function attach(chosen: File[]): void {
    if (chosen.length === 0) return;
    const caption = text.value;
    text.value = '';
    resize();
    deeds.upload(chosen, caption).catch((error: unknown) => {
      if (text.value === '') put(caption);
      deeds.complain((error as Error).message);
    });
  }

  function shown(): Snapshot['commands'] {
    const typed = /^\/(\w*)$/.exec(text.value)?.[1] ?? '';
    return commands.filter((c) => c.command.startsWith(typed));
  }

  function openList(): void {
    const found = shown();
    marked = 0;
    list.replaceChildren(
      ...found.map(({ command, description }, i) => {
        const item = element('div', 'command');
        item.id = `command-${i}`;
        item.setAttribute('role', 'option');
        item.append(element('b', '', `/${command}`), ` ${description}`);
        item.addEventListener('mousedown', (event) => event.preventDefault()); // the line keeps the focus
        item.addEventListener('click', () => choose(i));
        return item;
      }),
    );
    list.hidden = found.length === 0;
    menu.setAttribute('aria-expanded', String(!list.hidden));
    mark(0);
  }

  function closeList(): void {
    list.hidden = true;
    menu.setAttribute('aria-expanded', 'false');
    text.removeAttribute('aria-activedescendant');
  }

  function mark(i: number): void {
    const count = list.children.length;
    if (count === 0) return;
    marked = (i + count) % count;
    [...list.children].forEach((item, at) => item.setAttribute('aria-selected', String(at === marked)));
    list.children[marked]?.scrollIntoView({ block: 'nearest' });
    text.setAttribute('aria-activedescendant', `command-${marked}`);
  }

  function choose(i: number): void {
    const command = shown()[i];
    closeList();
    if (command !== undefined) put(`/${command.command} `);
  }

  /** Keys while the list of commands is open; true when the key was one of them. */
  function listKey(key: string): boolean {
    if (list.hidden) return false;
    if (key === 'ArrowDown') mark(marked + 1);
    else if (key === 'ArrowUp') mark(marked - 1);
    else if (key === 'Tab' || (key === 'Enter' && shown()[marked]?.command !== text.value.slice(1)))
      choose(marked);
    else if (key === 'Escape') closeList();
    else return false;
    return true;
  }

  byId('form').addEventListener('submit', (event) => {
    event.preventDefault();
    send();
  });
  text.addEventListener('input', () => {
    resize();
    if (/^\/\w*$/.test(text.value)) openList();
    else closeList();
  });
  text.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (listKey(event.key)) return event.preventDefault();
    if (event.key === 'Escape') setAbout(null);
    if (event.key === 'ArrowUp' && text.value === '') {
      const last = deeds.lastOwn();
      if (last === undefined) return;
      event.preventDefault();
      setAbout({ kind: 'edit', message: last });
      put(last.text);
    }
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    send();
  });
  text.addEventListener('paste', (event) => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (pasted.length > 0) event.preventDefault();
    attach(pasted);
  });
  menu.addEventListener('click', () => {
    if (!list.hidden) return closeList();
    text.focus();
    openList();
  });
  byId('reply-cancel').addEventListener('click', () => {
    if (about?.kind === 'edit') put('');
    setAbout(null);
    text.focus();
  });
  byId('attach').addEventListener('click', () => files.click());
  files.addEventListener('change', () => {
    attach([...(files.files ?? [])]);
    files.value = '';
  });
  document.addEventListener('dragover', (event) => event.preventDefault());
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    attach([...(event.dataTransfer?.files ?? [])]);
  });

  return {
    setCommands(next) {
      commands = next;
    },
    replyTo(message) {
      setAbout({ kind: 'reply', message });
      text.focus();
    },
    focus: () => text.focus(),
    reset() {
      setAbout(null);
      closeList();
    },
  };
}
