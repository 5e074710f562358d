import type { SessionEvent } from '../../sessions/events';
import type { TranscriptReader } from '../agent';
import { localEvents, localOf } from './local';
import { endedBeside, limitOf, notifiedEnd, startedBeside } from './progress';
import { oneLine } from '../one-line';
import { toolTitle } from './title';

type Fields = Record<string, unknown>;

/** What Claude Code writes into a turn that the person interrupted, alone in a block. */
const INTERRUPTED = /^\[Request interrupted by user(?: for tool use)?\]$/;

/** What the agent does only in a turn. */
const BEGINS: ReadonlySet<SessionEvent['type']> = new Set([
  'turn.started',
  'text',
  'thinking',
  'tool.started',
  'api.error',
]);

/**
 * Reads the transcript of Claude Code (measured with 2.1.330), one JSON record a line. The record kinds come and go
 * with its versions: each field is looked at on its own, and what is not known is `other`.
 */
export function createTranscriptReader(): TranscriptReader {
  let over = false;
  let running = false;
  /** The last command that ran in Claude Code itself. */
  let command = '';
  /** A turn ends once, whatever else tells of its end: two declined tools, or a late record of its duration. */
  function isNews({ type }: SessionEvent): boolean {
    const again = type === 'turn.ended' && over;
    if (type === 'turn.ended') over = true;
    else if (BEGINS.has(type)) over = false;
    if (type === 'turn.ended' || BEGINS.has(type)) running = type !== 'turn.ended';
    return !again;
  }
  function local(record: Fields): SessionEvent[] | null {
    const content = record['type'] === 'system' ? record['content'] : fields(record['message'])['content'];
    const told = isAside(record) || typeof content !== 'string' ? null : localOf(content);
    if (told === null || told === 'other') return told === null ? null : [other(record)];
    if (told.is !== 'output') ({ command } = told);
    const events = localEvents(told, { at: atOf(record), id: text(record['uuid']), running, command });
    return events.length > 0 ? events : [other(record)];
  }
  return {
    read(line) {
      const record = parse(line);
      if (record === null) return line.trim() === '' ? [] : [{ type: 'other', at: 0, record: 'garbage' }];
      return (local(record) ?? eventsOf(record)).filter(isNews);
    },
  };
}

/** Reads the transcript of a sub-agent, of which only its tools are told. `id` is that of the tool call that started it. */
export function createSubAgentReader(id: string): TranscriptReader {
  let n = 0;
  return {
    read(line) {
      const record = parse(line);
      if (record === null || record['type'] !== 'assistant') return [];
      return (assistantEvents(record, Date.parse(text(record['timestamp'])) || 0) ?? []).flatMap(
        (event): SessionEvent[] =>
          event.type === 'tool.started'
            ? [{ type: 'agent.doing', at: event.at, id, n: ++n, tool: event.name, title: event.title }]
            : [],
      );
    },
  };
}

function parse(line: string): Fields | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
  } catch {
    return null; // a damaged line; the ones after it are whole
  }
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
    case 'attachment': {
      const attachment = fields(record['attachment']);
      return attachment['type'] === 'queued_command' ? (takenEvents(attachment['prompt'], at) ?? none) : none;
    }
    default:
      return none;
  }
}

/** What is a sub-agent's, or Claude Code's own note. */
function isAside(record: Fields): boolean {
  return record['isSidechain'] === true || record['isMeta'] === true || record['isCompactSummary'] === true;
}

const atOf = (record: Fields): number => Date.parse(text(record['timestamp'])) || 0;

function other(record: Fields): SessionEvent {
  return { type: 'other', at: atOf(record), record: text(record['type']) || 'untyped' };
}

/** A prompt that was written while a turn ran: it has no `user` record of its own, or a late one. */
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
  // A turn that a background task began, not a person: what it was told is of no interest.
  const origin = text(fields(record['origin'])['kind']);
  if (origin !== '' && origin !== 'human') {
    const told = typeof content === 'string' ? notifiedEnd(content, at) : [];
    return [...told, { type: 'turn.started', at, prompt: '' }];
  }
  if (typeof content === 'string') return promptEvents(content, at);
  if (!Array.isArray(content)) return null;
  const blocks = content.map(fields);
  const results = blocks
    .filter((b) => b['type'] === 'tool_result')
    .flatMap((b): SessionEvent[] => {
      const [id, ok] = [text(b['tool_use_id']), b['is_error'] !== true];
      return [
        { type: 'tool.ended', at, id, ok, summary: oneLine(contentText(b['content'])) },
        ...endedBeside(id, ok, record['toolUseResult'], at),
      ];
    });
  const texts = blocks.filter((b) => b['type'] === 'text').map((b) => text(b['text']));
  const interrupted = texts.some((t) => INTERRUPTED.test(t.trim()));
  if (interrupted) return [...results, { type: 'turn.ended', at, how: 'interrupted' }];
  if (results.length > 0) return results;
  return texts.length > 0 ? promptEvents(texts.join('\n'), at) : null;
}

function promptEvents(content: string, at: number): SessionEvent[] {
  if (INTERRUPTED.test(content.trim())) return [{ type: 'turn.ended', at, how: 'interrupted' }];
  return [{ type: 'turn.started', at, prompt: unwrapPaste(content) }];
}

/** A prompt as the person pasted it: Claude Code puts markers around a long one. */
export function unwrapPaste(prompt: string): string {
  return prompt.replace(
    /(?:\n\n)?<pasted_content id="([^"]*)">\n([\s\S]*?)\n<\/pasted_content id="\1">\n?/g,
    (_, __, inner: string) => inner,
  );
}

function assistantEvents(record: Fields, at: number): SessionEvent[] | null {
  const message = fields(record['message']);
  const id = text(message['id']) || text(record['uuid']);
  const uuid = text(record['uuid']) || id;
  const content = Array.isArray(message['content']) ? message['content'].map(fields) : [];
  if (record['isApiErrorMessage'] === true) {
    const error = text(record['error']) || 'api_error';
    const said = content.map((b) => text(b['text'])).join('\n');
    // No other record tells of the turn's end then: what could be tried again was.
    return [
      { type: 'api.error', at, error, text: said },
      ...limitOf(record, at),
      { type: 'turn.ended', at, how: 'failed' },
    ];
  }
  const events = content.flatMap((block, i): SessionEvent[] => {
    const blockId = content.length > 1 ? `${uuid}:${i}` : uuid;
    switch (block['type']) {
      case 'text':
        return text(block['text']) === ''
          ? []
          : [{ type: 'text', at, id: blockId, message: id, text: text(block['text']) }];
      case 'thinking':
        return [{ type: 'thinking', at, id: blockId, text: text(block['thinking']) }];
      case 'tool_use': {
        const name = text(block['name']) || 'tool';
        const toolId = text(block['id']) || blockId;
        return [
          {
            type: 'tool.started',
            at,
            id: toolId,
            name,
            title: toolTitle(name, block['input'], text(record['cwd'])),
          },
          ...startedBeside(name, toolId, block['input'], at),
        ];
      }
      default:
        return [{ type: 'other', at, record: `assistant ${text(block['type'])}` }];
    }
  });
  return events.length > 0 ? events : null;
}

function systemEvents(record: Fields, at: number): SessionEvent[] | null {
  switch (record['subtype']) {
    case 'turn_duration':
      // The count is left out when it is zero.
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

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};
