import type { Snapshot } from '../snapshot';
import { byId, element } from './dom';

type Commands = Snapshot['commands'];

/** The list of commands that completes what is typed. */
export interface CommandList {
  isOpen(): boolean;
  setCommands(commands: Commands): void;
  /** Opens the list with the commands that begin with the text of the input, or closes it when there are none. */
  open(): void;
  close(): void;
  /** Handles a key while the list is open. Returns whether it was a key of the list. */
  onKey(key: string): boolean;
}

interface ListState {
  readonly input: HTMLTextAreaElement;
  readonly list: HTMLElement;
  readonly menu: HTMLElement;
  readonly onChoose: (command: string) => void;
  commands: Commands;
  /** Index of the highlighted item. */
  selected: number;
}

export function createCommandList(
  input: HTMLTextAreaElement,
  onChoose: (command: string) => void,
): CommandList {
  const state: ListState = {
    input,
    list: byId('commands'),
    menu: byId('menu'),
    onChoose,
    commands: [],
    selected: 0,
  };
  return {
    isOpen: () => !state.list.hidden,
    setCommands(commands) {
      state.commands = commands;
    },
    open: () => open(state),
    close: () => close(state),
    onKey: (key) => onKey(state, key),
  };
}

function matching({ input, commands }: ListState): Commands {
  const typed = /^\/(\w*)$/.exec(input.value)?.[1] ?? '';
  return commands.filter((c) => c.command.startsWith(typed));
}

function open(state: ListState): void {
  const { list, menu } = state;
  const commands = matching(state);
  list.replaceChildren(...commands.map((command, i) => createItem(state, command, i)));
  list.hidden = commands.length === 0;
  menu.setAttribute('aria-expanded', String(!list.hidden));
  select(state, 0);
}

function createItem(state: ListState, { command, description }: Commands[number], i: number): HTMLElement {
  const item = element('div', 'command');
  item.id = `command-${i}`;
  item.setAttribute('role', 'option');
  item.append(element('b', '', `/${command}`), ` ${description}`);
  item.addEventListener('mousedown', (event) => event.preventDefault()); // the input keeps the focus
  item.addEventListener('click', () => choose(state, i));
  return item;
}

function close({ input, list, menu }: ListState): void {
  list.hidden = true;
  menu.setAttribute('aria-expanded', 'false');
  input.removeAttribute('aria-activedescendant');
}

function select(state: ListState, index: number): void {
  const { input, list } = state;
  const count = list.children.length;
  if (count === 0) return;
  state.selected = (index + count) % count;
  [...list.children].forEach((item, i) => item.setAttribute('aria-selected', String(i === state.selected)));
  list.children[state.selected]?.scrollIntoView({ block: 'nearest' });
  input.setAttribute('aria-activedescendant', `command-${state.selected}`);
}

function choose(state: ListState, index: number): void {
  const command = matching(state)[index];
  close(state);
  if (command !== undefined) state.onChoose(command.command);
}

function onKey(state: ListState, key: string): boolean {
  if (state.list.hidden) return false;
  switch (key) {
    case 'ArrowDown':
      select(state, state.selected + 1);
      return true;
    case 'ArrowUp':
      select(state, state.selected - 1);
      return true;
    case 'Escape':
      close(state);
      return true;
    case 'Tab':
      choose(state, state.selected);
      return true;
    case 'Enter':
      // Enter sends a command that is already complete.
      if (matching(state)[state.selected]?.command === state.input.value.slice(1)) return false;
      choose(state, state.selected);
      return true;
    default:
      return false;
  }
}
