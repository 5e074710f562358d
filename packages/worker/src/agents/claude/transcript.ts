import type { SessionEvent } from '../../sessions/events';
import type { TranscriptReader } from '../agent';
import { localEvents, localOf } from './local';
import { answeredOf, endedBeside, limitOf, notifiedEnd, startedBeside } from './progress';
import { titleLine } from '../title-line';
import { absolutePath, fields, recordOf, text, type Fields } from '../record';
import { toolTitle } from './title';

/** The block that Claude Code writes into an interrupted turn. */
const INTERRUPTED = /^\[Request interrupted by user(?: for tool use)?\]$/;

/** Events that happen only in a turn, so that they start one. */
const STARTS_TURN: ReadonlySet<SessionEvent['type']> = new Set([
  'turn.started',
  'text',
  'thinking',
  'tool.started',
  'api.error',
]);

/**
 * Reads the transcript of Claude Code (measured with 2.1.330), one JSON record a line. Record kinds come and go with its
 * versions, so every field is checked where it is read, and unknown records become `other`.
 */
export function createTranscriptReader(): TranscriptReader {
  /** Whether the last turn has ended. False before the first one. */
  let hasEnded = false;
  let running = false;
  /** The last command that ran in Claude Code itself. */
  let command = '';

  /** A turn ends once, even if more records say so: two declined tools, or a late record of its duration. */
  function isNews({ type }: SessionEvent): boolean {
    if (type === 'turn.ended') {
      const isRepeated = hasEnded;
      hasEnded = true;
      running = false;
      return !isRepeated;
    }
    if (STARTS_TURN.has(type)) {
      hasEnded = false;
      running = true;
    }
    return true;
  }

  function commandEvents(record: Fields): SessionEvent[] | null {
    const content = record['type'] === 'system' ? record['content'] : fields(record['message'])['content'];
    const local = isAside(record) || typeof content !== 'string' ? null : localOf(content);
    if (local === null) return null;
    if (local === 'other') return [other(record)];
    if (local.is !== 'output') command = local.command;
    const events = localEvents(local, { at: atOf(record), id: text(record['uuid']), running, command });
    return events.length > 0 ? events : [other(record)];
  }

  return {
    read(line) {
      const record = recordOf(line);
      if (record === null) return line.trim() === '' ? [] : [{ type: 'other', at: 0, record: 'garbage' }];
      return (commandEvents(record) ?? eventsOf(record)).filter(isNews);
    },
  };
}

/** Reads the tools from the transcript of a sub-agent. `id` is the tool call that started it. */
export function createSubAgentReader(id: string): TranscriptReader {
  let n = 0;
  return {
    read(line) {
      const record = recordOf(line);
      if (record === null || record['type'] !== 'assistant') return [];
      return (assistantEvents(record, atOf(record)) ?? []).flatMap((event): SessionEvent[] =>
        event.type === 'tool.started'
          ? [{ type: 'agent.doing', at: event.at, id, n: ++n, tool: event.name, title: event.title }]
          : [],
      );
    },
  };
}

function eventsOf(record: Fields): SessionEvent[] {
  const type = text(record['type']) || 'untyped';
  const at = atOf(record);
  const none = [other(record)];
  if (isAside(record)) return none;
  switch (type) {
    case 'user':
      return userEvents(record, at) ?? none;
    case 'assistant':
      return assistantEvents(record, at) ?? none;
    case 'system':
      return systemEvents(record, at) ?? none;
    case 'queue-operation':
      return record['operation'] === 'enqueue' ? (takenEvents(record['content'], at, true) ?? none) : none;
    case 'relocated': {
      // Of the agent's own moves, not of a `cd` in its shell, which every record names.
      const cwd = absolutePath(record['relocatedCwd']);
      return cwd === '' ? none : [{ type: 'moved', at, cwd }];
    }
    case 'attachment': {
      const attachment = fields(record['attachment']);
      return attachment['type'] === 'queued_command' ? (takenEvents(attachment['prompt'], at) ?? none) : none;
    }
    default:
      return none;
  }
}

/** Whether a record belongs to a sub-agent, or is Claude Code's own note. */
function isAside(record: Fields): boolean {
  return record['isSidechain'] === true || record['isMeta'] === true || record['isCompactSummary'] === true;
}

const atOf = (record: Fields): number => Date.parse(text(record['timestamp'])) || 0;

function other(record: Fields): SessionEvent {
  return { type: 'other', at: atOf(record), record: text(record['type']) || 'untyped' };
}

/** A prompt that arrived during a turn. It has no `user` record of its own, or a late one. */
function takenEvents(prompt: unknown, at: number, queued?: true): SessionEvent[] | null {
  if (text(prompt) === '') return null;
  return [
    {
      type: 'prompt.taken',
      at,
      prompt: unwrapPaste(text(prompt)),
      ...(queued === undefined ? {} : { queued }),
    },
  ];
}

function userEvents(record: Fields, at: number): SessionEvent[] | null {
  const content = fields(record['message'])['content'];
  // A background task started this turn, not the user, so its prompt is left out.
  const origin = text(fields(record['origin'])['kind']);
  if (origin !== '' && origin !== 'human') {
    const ended = typeof content === 'string' ? notifiedEnd(content, at) : [];
    return [...ended, { type: 'turn.started', at, prompt: '', ...turnIdOf(record) }];
  }
  if (typeof content === 'string') return promptEvents(content, at, record);
  if (!Array.isArray(content)) return null;
  const blocks = content.map(fields);
  const results = blocks
    .filter((b) => b['type'] === 'tool_result')
    .flatMap((b): SessionEvent[] => {
      const id = text(b['tool_use_id']);
      const ok = b['is_error'] !== true;
      return [
        {
          type: 'tool.ended',
          at,
          id,
          ok,
          summary: titleLine(contentText(b['content'])),
          ...answeredOf(record['toolUseResult']),
        },
        ...endedBeside(id, ok, record['toolUseResult'], at),
      ];
    });
  const texts = blocks.filter((b) => b['type'] === 'text').map((b) => text(b['text']));
  const interrupted = texts.some((t) => INTERRUPTED.test(t.trim()));
  if (interrupted) return [...results, { type: 'turn.ended', at, how: 'interrupted' }];
  if (results.length > 0) return results;
  return texts.length > 0 ? promptEvents(texts.join('\n'), at, record) : null;
}

function promptEvents(content: string, at: number, record: Fields): SessionEvent[] {
  if (INTERRUPTED.test(content.trim())) return [{ type: 'turn.ended', at, how: 'interrupted' }];
  return [{ type: 'turn.started', at, prompt: unwrapPaste(content), ...turnIdOf(record) }];
}

/** Its hooks report the same id as `prompt_id` (measured with 2.1.330). */
function turnIdOf(record: Fields): { turnId?: string } {
  const turnId = text(record['promptId']);
  return turnId === '' ? {} : { turnId };
}

const PASTE_START = /(?:\n\n)?<pasted_content id="([^"]{0,100})">\n/g;

/** The most pastes that are unwrapped in one prompt: a start without an end costs a search of all that follows. */
const PASTES_MAX = 50;

/** Removes the markers that Claude Code puts around a long paste. */
export function unwrapPaste(prompt: string): string {
  let out = '';
  let at = 0;
  let starts = 0;
  for (const { index, 0: start, 1: id } of prompt.matchAll(PASTE_START)) {
    if (index < at) continue;
    if (++starts > PASTES_MAX) break;
    const mark = `\n</pasted_content id="${id}">`;
    const from = index + start.length;
    const to = prompt.indexOf(mark, from);
    if (to < 0) continue;
    out += prompt.slice(at, index) + prompt.slice(from, to);
    at = to + mark.length;
    if (prompt.charAt(at) === '\n') at++;
  }
  return out + prompt.slice(at);
}

function assistantEvents(record: Fields, at: number): SessionEvent[] | null {
  const message = fields(record['message']);
  const content = Array.isArray(message['content']) ? message['content'].map(fields) : [];
  if (record['isApiErrorMessage'] === true) return apiErrorEvents(record, content, at);
  const id = text(message['id']) || text(record['uuid']);
  const uuid = text(record['uuid']) || id;
  const cwd = text(record['cwd']);
  const isFinal = finality(message['stop_reason']);
  const events = content.flatMap((block, i) =>
    blockEvents(block, { at, id: content.length > 1 ? `${uuid}:${i}` : uuid, message: id, cwd, isFinal }),
  );
  return events.length > 0 ? events : null;
}

function apiErrorEvents(record: Fields, content: readonly Fields[], at: number): SessionEvent[] {
  const error = text(record['error']) || 'api_error';
  const message = content.map((block) => text(block['text'])).join('\n');
  // Claude Code has used up its retries, and no other record says that the turn ended.
  return [
    { type: 'api.error', at, error, text: message },
    ...limitOf(record, at),
    { type: 'turn.ended', at, how: 'failed' },
  ];
}

/** Whether a message is the last of its turn. Null in a record that was written before the end of its message. */
function finality(stopReason: unknown): { isFinal?: boolean } {
  if (stopReason === 'end_turn') return { isFinal: true };
  return stopReason === 'tool_use' ? { isFinal: false } : {};
}

interface BlockOrigin {
  at: number;
  id: string;
  message: string;
  cwd: string;
  isFinal: { isFinal?: boolean };
}

function blockEvents(block: Fields, { at, id, message, cwd, isFinal }: BlockOrigin): SessionEvent[] {
  switch (block['type']) {
    case 'text': {
      const words = text(block['text']);
      return words === '' ? [] : [{ type: 'text', at, id, message, text: words, ...isFinal }];
    }
    case 'thinking':
      return [{ type: 'thinking', at, id, text: text(block['thinking']) }];
    case 'tool_use': {
      const name = text(block['name']) || 'tool';
      const toolId = text(block['id']) || id;
      const title = toolTitle(name, block['input'], cwd);
      return [
        { type: 'tool.started', at, id: toolId, name, title },
        ...startedBeside(name, toolId, block['input'], at),
      ];
    }
    default:
      return [{ type: 'other', at, record: `assistant ${text(block['type'])}` }];
  }
}

function systemEvents(record: Fields, at: number): SessionEvent[] | null {
  switch (record['subtype']) {
    case 'turn_duration':
      // The count is absent when it is zero.
      return [
        { type: 'turn.ended', at, how: 'done', agents: Number(record['pendingBackgroundAgentCount'] ?? 0) },
      ];
    case 'compact_boundary':
      return [{ type: 'compacted', at }];
    default:
      return null;
  }
}

function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((c) => text(fields(c)['text'])).join(' ');
}
