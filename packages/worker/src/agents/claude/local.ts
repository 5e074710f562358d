import type { SessionEvent } from '../../sessions/events';
import { fenced } from '../fenced';

/** What a record tells of a command that ran in Claude Code itself, or in the shell behind `!`. */
export type Local =
  | { is: 'shell'; command: string }
  | { is: 'command'; command: string }
  /** What it printed; may be empty. */
  | { is: 'output'; of: 'shell' | 'command'; text: string };

const TAG = /^\s*<(command-name|command-message|local-command-\w+|bash-input|bash-stdout|bash-stderr)>/;

/** Colours and other escape sequences. */
// eslint-disable-next-line no-control-regex -- it is these that are looked for
const ESCAPES = /\u001b\[[0-9;?]*[A-Za-z]/g;

/** Reads the content of such a record (measured with 2.1.330); null for any other, and `other` for one that tells nothing. */
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
 * What such a record means. A command of the shell begins a turn, in which the agent looks at what it printed; another
 * command is over with its words, which are all that there is of it. `running`: a turn runs, of which they become a
 * part. `command`: the last one that ran. `id` names the record.
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
      const text = local.of === 'shell' || local.text.includes('\n') ? fenced(local.text) : local.text;
      const words: SessionEvent = { type: 'text', at, id, message: id, text };
      if (running || local.of === 'shell') return [words];
      return [{ type: 'turn.started', at, prompt: command }, words, { type: 'turn.ended', at, how: 'done' }];
    }
  }
}

function inside(content: string, tag: string): string {
  const from = content.indexOf(`<${tag}>`);
  const to = content.lastIndexOf(`</${tag}>`);
  return from === -1 || to === -1 ? '' : content.slice(from + tag.length + 2, to);
}

function plain(text: string): string {
  return text.replace(ESCAPES, '').replace(/\s+$/, '').replace(/^\n+/, '');
}
