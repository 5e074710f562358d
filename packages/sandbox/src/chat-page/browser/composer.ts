import type { PageMessage, Snapshot } from '../snapshot';
import { createCommandList, type CommandList } from './command-list';
import { byId } from './dom';
import { summaryOf } from './message';

/** What the composer does with the chat. The promises reject with a message for the user. */
export interface ComposerActions {
  say(text: string, replyTo: number | undefined): Promise<unknown>;
  edit(message: number, text: string): Promise<unknown>;
  upload(files: File[], caption: string): Promise<unknown>;
  /** The user's last text message. */
  lastSent(): PageMessage | undefined;
  showError(text: string): void;
}

/** The input line at the bottom of the page. */
export interface Composer {
  setCommands(commands: Snapshot['commands']): void;
  replyTo(message: PageMessage): void;
  focus(): void;
  /** Ends a reply or an edit. */
  reset(): void;
}

/** The message that the text replies to or replaces. */
type Target = { kind: 'reply' | 'edit'; message: PageMessage } | null;

interface ComposerState {
  readonly actions: ComposerActions;
  readonly input: HTMLTextAreaElement;
  readonly list: CommandList;
  target: Target;
}

export function createComposer(actions: ComposerActions): Composer {
  const input = byId<HTMLTextAreaElement>('text');
  const list = createCommandList(input, (command) => setText(input, `/${command} `));
  const state: ComposerState = { actions, input, list, target: null };
  addInputListeners(state);
  addButtonListeners(state);
  addFileListeners(state);
  return {
    setCommands: (commands) => list.setCommands(commands),
    replyTo(message) {
      setTarget(state, { kind: 'reply', message });
      input.focus();
    },
    focus: () => input.focus(),
    reset() {
      setTarget(state, null);
      list.close();
    },
  };
}

function resize(input: HTMLTextAreaElement): void {
  input.style.height = 'auto';
  input.style.height = `${input.scrollHeight}px`;
}

function setText(input: HTMLTextAreaElement, text: string): void {
  input.value = text;
  resize(input);
  input.focus();
}

function setTarget(state: ComposerState, target: Target): void {
  state.target = target;
  byId('replying').hidden = target === null;
  byId('replying-to').textContent =
    target === null ? '' : `${target.kind === 'edit' ? 'Edit' : 'Reply to'}: ${summaryOf(target.message)}`;
}

function send(state: ComposerState): void {
  const { actions, input, target } = state;
  const text = input.value;
  if (text.trim() === '') return;
  state.list.close();
  input.value = '';
  resize(input);
  setTarget(state, null);
  const sent =
    target?.kind === 'edit' ? actions.edit(target.message.id, text) : actions.say(text, target?.message.id);
  sent.catch((error: unknown) => {
    if (input.value === '') setText(input, text); // the text is not lost
    setTarget(state, target);
    actions.showError((error as Error).message);
  });
}

function attach({ actions, input }: ComposerState, files: File[]): void {
  if (files.length === 0) return;
  const caption = input.value;
  input.value = '';
  resize(input);
  actions.upload(files, caption).catch((error: unknown) => {
    if (input.value === '') setText(input, caption);
    actions.showError((error as Error).message);
  });
}

function onKeydown(state: ComposerState, event: KeyboardEvent): void {
  if (event.isComposing) return;
  if (state.list.onKey(event.key)) return event.preventDefault();
  if (event.key === 'Escape') setTarget(state, null);
  if (event.key === 'ArrowUp' && state.input.value === '') {
    const last = state.actions.lastSent();
    if (last === undefined) return;
    event.preventDefault();
    setTarget(state, { kind: 'edit', message: last });
    setText(state.input, last.typed ?? last.text);
  }
  if (event.key !== 'Enter' || event.shiftKey) return;
  event.preventDefault();
  send(state);
}

function addInputListeners(state: ComposerState): void {
  const { input, list } = state;
  input.addEventListener('input', () => {
    resize(input);
    if (/^\/\w*$/.test(input.value)) list.open();
    else list.close();
  });
  input.addEventListener('keydown', (event) => onKeydown(state, event));
  input.addEventListener('paste', (event) => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (pasted.length > 0) event.preventDefault();
    attach(state, pasted);
  });
}

function addButtonListeners(state: ComposerState): void {
  const { input, list } = state;
  byId('form').addEventListener('submit', (event) => {
    event.preventDefault();
    send(state);
  });
  byId('menu').addEventListener('click', () => {
    if (list.isOpen()) return list.close();
    input.focus();
    list.open();
  });
  byId('reply-cancel').addEventListener('click', () => {
    if (state.target?.kind === 'edit') setText(input, '');
    setTarget(state, null);
    input.focus();
  });
}

function addFileListeners(state: ComposerState): void {
  const picker = byId<HTMLInputElement>('files');
  byId('attach').addEventListener('click', () => picker.click());
  picker.addEventListener('change', () => {
    attach(state, [...(picker.files ?? [])]);
    picker.value = '';
  });
  document.addEventListener('dragover', (event) => event.preventDefault());
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    attach(state, [...(event.dataTransfer?.files ?? [])]);
  });
}
