import type { SessionEvent } from '../../sessions/events';
import { fence } from '../../words/markdown';

/** The record of a command that ran in Claude Code itself, or in the shell of `!`. */
export type Local =
  | { is: 'shell'; command: string }
  | { is: 'command'; command: string }
  /** `text` may be empty. */
  | { is: 'output'; of: 'shell' | 'command'; text: string };

const TAG = /^\s*<(command-name|command-message|local-command-\w+|bash-input|bash-stdout|bash-stderr)>/;

/** Colours and other escape sequences. */
// oxlint-disable-next-line no-control-regex -- escapes are what it matches
const ESCAPES = /\u001b\[[0-9;?]*[A-Za-z]/g;

/** Reads the content of such a record (measured with 2.1.330). Null for any other record, and `other` for one without information. */
export function localOf(content: string): Local | 'other' | null {
  const tag = TAG.exec(content)?.[1];
  switch (tag) {
    case undefined:
      return null;
    case 'bash-input':
      return { is: 'shell', command: inside(content, tag) };
    case 'bash-stdout':
    case 'bash-stderr': {
      const both = [inside(content, 'bash-stdout'), inside(content, 'bash-stderr')];
      return { is: 'output', of: 'shell', text: plain(both.filter((part) => part.trim() !== '').join('\n')) };
    }
    case 'local-command-stdout':
    case 'local-command-stderr':
      return { is: 'output', of: 'command', text: plain(inside(content, tag)) };
    default: {
      const name = inside(content, 'command-name').trim();
      if (name === '') return 'other';
      return { is: 'command', command: `${name} ${inside(content, 'command-args')}`.trim() };
    }
  }
}

/**
 * The events of such a record. A shell command starts a turn, in which the agent reads its output. The output of any
 * other command is a turn of its own, already finished, or becomes part of the `running` turn. `command` is the last one
 * that ran. `id` names the record.
 */
export function localEvents(
  local: Local,
  { at, id, running, command }: { at: number; id: string; running: boolean; command: string },
): SessionEvent[] {
  switch (local.is) {
    case 'command':
      return [{ type: 'prompt.taken', at, prompt: local.command }];
    case 'shell':
      return [{ type: running ? 'prompt.taken' : 'turn.started', at, prompt: `!${local.command}` }];
    case 'output': {
      if (local.text === '') return [];
      const text = local.of === 'shell' || local.text.includes('\n') ? fence(local.text) : local.text;
      const output: SessionEvent = { type: 'text', at, id, message: id, text };
      if (running || local.of === 'shell') return [output];
      return [{ type: 'turn.started', at, prompt: command }, output, { type: 'turn.ended', at, how: 'done' }];
    }
  }
}

function inside(content: string, tag: string): string {
  const from = content.indexOf(`<${tag}>`);
  const to = content.lastIndexOf(`</${tag}>`);
  return from === -1 || to === -1 ? '' : content.slice(from + tag.length + 2, to);
}

function plain(text: string): string {
  return text.replace(ESCAPES, '').trimEnd().replace(/^\n+/, '');
}
