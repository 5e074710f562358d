import { fence } from '../../words/markdown';
import type { Figures, SessionEvent, TodoState } from '../../sessions/events';
import type { TranscriptReader } from '../agent';
import { titleLine } from '../title-line';
import { absolutePath, fields, number, recordOf, rows, text, type Fields } from '../record';
import { countEvents } from './figures';
import { toolInput, toolName, toolTitle } from './title';

/** The states of a plan step. All others are open. */
const STATES: Readonly<Record<string, TodoState>> = { completed: 'done', in_progress: 'doing' };

/**
 * Reads Codex's rollout (measured with 0.169.0), one JSON record a line. Its shapes change with nearly every version, so
 * every field is checked where it is read, and unknown records become `other`.
 */
export function createRolloutReader(): TranscriptReader {
  /** The turn of the last prompt. A second prompt in the same turn has joined it. */
  let promptedTurn: string | undefined;

  /** A prompt of the user. Codex's own context also arrives as user messages, but not in this form. */
  function promptEvents(turn: string, prompt: string, at: number): SessionEvent[] {
    const hasJoined = turn !== '' && turn === promptedTurn;
    promptedTurn = turn;
    return [{ type: hasJoined ? 'prompt.taken' : 'turn.started', at, prompt }];
  }

  /** A shell command of the user, behind `!`. Recorded when it has ended. The model does not answer it. */
  function shellEvents(turn: string, item: Fields, at: number): SessionEvent[] {
    const command = Array.isArray(item['command']) ? text(item['command'].at(-1)) : text(item['command']);
    const events = promptEvents(turn, `!${command}`, at);
    const output = text(item['aggregated_output']).trimEnd();
    const id = text(item['id']) || `shell-${at}`;
    if (output !== '') events.push({ type: 'text', at, id, message: id, text: fence(output) });
    return events;
  }

  function itemCompletedEvents(payload: Fields, at: number): SessionEvent[] | null {
    const item = fields(payload['item']);
    const turn = text(payload['turn_id']);
    if (item['source'] === 'user_shell') return shellEvents(turn, item, at);
    if (item['type'] === 'UserMessage') return promptEvents(turn, contentText(item['content']), at);
    return completedEvents(item, at);
  }

  function payloadEvents(record: Fields, payload: Fields, at: number): SessionEvent[] | null {
    switch (record['type']) {
      case 'response_item':
        return itemEvents(payload, at, text(record['ordinal']) || String(number(record['ordinal']) ?? at));
      case 'turn_context':
        return contextEvents(payload, at);
      case 'compacted':
        return [{ type: 'compacted', at }];
      case 'event_msg':
        switch (payload['type']) {
          case 'user_message':
            return promptEvents(text(payload['turn_id']), text(payload['message']), at);
          case 'item_completed':
            return itemCompletedEvents(payload, at);
          default:
            return messageEvents(text(payload['type']), payload, at);
        }
      default:
        return null;
    }
  }

  return {
    read(line) {
      const record = recordOf(line);
      if (record === null) return line.trim() === '' ? [] : [{ type: 'other', at: 0, record: 'garbage' }];
      const at = Date.parse(text(record['timestamp'])) || 0;
      const payload = fields(record['payload']);
      const name = [text(record['type']) || 'untyped', text(payload['type'])].filter(Boolean).join(' ');
      return payloadEvents(record, payload, at) ?? [{ type: 'other', at, record: name }];
    },
  };
}

/** The model's texts and tool calls. `ordinal` names an item without an id. */
function itemEvents(item: Fields, at: number, ordinal: string): SessionEvent[] | null {
  const id = text(item['id']) || `item-${ordinal}`;
  const call = text(item['call_id']) || id;
  const name = text(item['name']);
  switch (item['type']) {
    case 'message': {
      const content = contentText(item['content']);
      return item['role'] === 'assistant' && content !== ''
        ? [{ type: 'text', at, id, message: id, text: content }]
        : null;
    }
    case 'reasoning':
      return [{ type: 'thinking', at, id, text: contentText(item['summary']) }];
    case 'function_call':
    case 'custom_tool_call': {
      const input = toolInput(item['arguments'] ?? item['input']);
      if (name === 'update_plan') return planEvents(input, at);
      return [{ type: 'tool.started', at, id: call, name: toolName(name), title: toolTitle(name, input) }];
    }
    case 'local_shell_call':
    case 'web_search_call': {
      const tool = text(item['type']).replace(/_call$/, '');
      const title = toolTitle(tool, fields(item['action']));
      const started: SessionEvent = { type: 'tool.started', at, id: call, name: toolName(tool), title };
      if (tool !== 'web_search') return [started];
      // Codex records no result for a search.
      return [started, { type: 'tool.ended', at, id: call, ok: item['status'] !== 'failed', summary: '' }];
    }
    case 'function_call_output':
    case 'custom_tool_call_output':
    case 'local_shell_call_output':
      return [{ type: 'tool.ended', at, id: call, ...resultOf(item['output']) }];
    default:
      return null;
  }
}

/** The agent's plan, as to-do items. */
function planEvents(input: Fields | string, at: number): SessionEvent[] | null {
  if (typeof input === 'string') return null;
  const todos = rows(input['plan']).map((step, i) => ({
    id: String(i),
    text: text(step['step']),
    state: STATES[text(step['status'])] ?? 'open',
  }));
  return [{ type: 'todos', at, todos }];
}

/** The end of a tool with its status. Codex writes it before the output, which holds no status. */
function completedEvents(item: Fields, at: number): SessionEvent[] | null {
  const id = text(item['id']);
  const status = text(item['status']);
  if (id === '' || !/^(?:completed|failed|declined)$/.test(status)) return null;
  const code = number(item['exit_code']);
  const ok = status === 'completed' && (code === undefined || code === 0);
  return [{ type: 'tool.ended', at, id, ok, summary: titleLine(text(item['aggregated_output'])) }];
}

/** The output of a tool for the model: a head written by Codex, then the output. Older versions wrote JSON. */
function resultOf(output: unknown): { ok: boolean; summary: string } {
  const whole = typeof output === 'string' ? output : contentText(output) || text(fields(output)['content']);
  const old = recordOf(whole);
  if (old !== null && 'output' in old) {
    const code = number(fields(old['metadata'])['exit_code']);
    return { ok: code === undefined || code === 0, summary: titleLine(text(old['output'])) };
  }
  const [head = '', ...rest] = whole.split(/^Output:\n/m);
  const ended = /^(?:Process exited with code|Exit code:) (-?\d+)$/m.exec(rest.length > 0 ? head : '')?.[1];
  const aborted = rest.length === 0 && /^aborted by user/m.test(head);
  return {
    ok: !aborted && (ended === undefined || ended === '0'),
    summary: titleLine(rest.length > 0 ? rest.join('Output:\n') : whole),
  };
}

/** Events of the turn. Newer and older versions use different names. */
function messageEvents(kind: string, payload: Fields, at: number): SessionEvent[] | null {
  switch (kind) {
    case 'task_complete':
    case 'turn_complete': {
      const error = fields(payload['error']);
      if (Object.keys(error).length === 0) return [{ type: 'turn.ended', at, how: 'done' }];
      return [...errorEvents(error, at), { type: 'turn.ended', at, how: 'failed' }];
    }
    case 'turn_aborted':
      return [{ type: 'turn.ended', at, how: 'interrupted' }];
    case 'error':
      return errorEvents(payload, at);
    case 'token_count':
      return countEvents(payload, at);
    case 'context_compacted':
      return [{ type: 'compacted', at }];
    default:
      return null;
  }
}

/** An error, named as Codex does: a word, or an object with one field, which may hold an HTTP status. */
function errorEvents(payload: Fields, at: number): SessionEvent[] {
  const info = payload['codex_error_info'];
  const [name = 'error', detail] = Object.entries(fields(info))[0] ?? [];
  const status = number(fields(detail)['http_status_code']);
  const error = text(info) || (status === undefined ? name : `${name} ${status}`);
  const event: SessionEvent = { type: 'api.error', at, error, text: text(payload['message']) };
  return error === 'usage_limit_exceeded' ? [event, { type: 'limit.reached', at }] : [event];
}

function contextEvents(payload: Fields, at: number): SessionEvent[] | null {
  const figures: Figures = {};
  const model = text(payload['model']);
  if (model !== '') figures.model = model;
  const effort = text(payload['effort']);
  if (effort !== '') figures.effort = effort;
  const cwd = absolutePath(payload['cwd']);
  const events: SessionEvent[] = [
    ...(cwd === '' ? [] : [{ type: 'moved', at, cwd } as const]),
    ...(Object.keys(figures).length === 0 ? [] : [{ type: 'figures', at, figures } as const]),
  ];
  return events.length === 0 ? null : events;
}

function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  return rows(content)
    .map((part) => text(part['text']))
    .filter((part) => part !== '')
    .join('\n');
}
