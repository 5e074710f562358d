import type { Figures, SessionEvent, TodoState } from '../../sessions/events';
import type { TranscriptReader } from '../agent';
import { fenced } from '../fenced';
import { oneLine } from '../one-line';
import { fields, number, recordOf, rows, text, type Fields } from '../record';
import { countEvents } from './figures';
import { toolInput, toolName, toolTitle } from './title';

/** How Codex names the states of its plan. */
const STATES: Readonly<Record<string, TodoState>> = { completed: 'done', in_progress: 'doing' };

/**
 * Reads Codex's rollout (measured with 0.169.0), one JSON record a line. Its shapes change with nearly every version:
 * each field is looked at on its own, and what is not known is `other`.
 */
export function createRolloutReader(): TranscriptReader {
  /** The turn whose prompt was told: a second one within it joined it. */
  let prompted: string | undefined;

  /** A prompt of the person; Codex's own context comes as messages of the user too, but not as this. */
  function promptEvents(turn: string, prompt: string, at: number): SessionEvent[] {
    const joined = turn !== '' && turn === prompted;
    prompted = turn;
    return [{ type: joined ? 'prompt.taken' : 'turn.started', at, prompt }];
  }

  /** A command of the person behind `!`: it is told when it has ended, and the model says nothing to it. */
  function shellEvents(turn: string, item: Fields, at: number): SessionEvent[] {
    const command = Array.isArray(item['command']) ? text(item['command'].at(-1)) : text(item['command']);
    const printed = text(item['aggregated_output']).replace(/\s+$/, '');
    const id = text(item['id']) || `shell-${at}`;
    const words: SessionEvent[] =
      printed === '' ? [] : [{ type: 'text', at, id, message: id, text: fenced(printed) }];
    return [...promptEvents(turn, `!${command}`, at), ...words];
  }

  function eventsOf(record: Fields): SessionEvent[] {
    const at = Date.parse(text(record['timestamp'])) || 0;
    const payload = fields(record['payload']);
    const kind = text(payload['type']);
    const told = ((): SessionEvent[] | null => {
      switch (record['type']) {
        case 'response_item':
          return itemEvents(payload, at, text(record['ordinal']) || String(number(record['ordinal']) ?? at));
        case 'turn_context':
          return contextEvents(payload, at);
        case 'compacted':
          return [{ type: 'compacted', at }];
        case 'event_msg':
          if (kind === 'user_message') return promptEvents(text(payload['turn_id']), text(payload['message']), at); // prettier-ignore
          if (kind === 'item_completed') {
            const item = fields(payload['item']);
            if (item['source'] === 'user_shell') return shellEvents(text(payload['turn_id']), item, at);
            if (item['type'] !== 'UserMessage') return completedEvents(item, at);
            return promptEvents(text(payload['turn_id']), contentText(item['content']), at);
          }
          return messageEvents(kind, payload, at);
        default:
          return null;
      }
    })();
    const name = [text(record['type']) || 'untyped', kind].filter(Boolean).join(' ');
    return told ?? [{ type: 'other', at, record: name }];
  }

  return {
    read(line) {
      const record = recordOf(line);
      if (record === null) return line.trim() === '' ? [] : [{ type: 'other', at: 0, record: 'garbage' }];
      return eventsOf(record);
    },
  };
}

/** What the model said and called. `ordinal` names what has no id of its own. */
function itemEvents(item: Fields, at: number, ordinal: string): SessionEvent[] | null {
  const id = text(item['id']) || `item-${ordinal}`;
  const call = text(item['call_id']) || id;
  const name = text(item['name']);
  switch (item['type']) {
    case 'message': {
      const said = contentText(item['content']);
      return item['role'] === 'assistant' && said !== ''
        ? [{ type: 'text', at, id, message: id, text: said }]
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
      // Of a search no result is recorded.
      const over: SessionEvent = { type: 'tool.ended', at, id: call, ok: item['status'] !== 'failed', summary: '' }; // prettier-ignore
      return tool === 'web_search' ? [started, over] : [started];
    }
    case 'function_call_output':
    case 'custom_tool_call_output':
    case 'local_shell_call_output':
      return [{ type: 'tool.ended', at, id: call, ...resultOf(item['output']) }];
    default:
      return null;
  }
}

/** The plan that the agent keeps. */
function planEvents(input: Fields | string, at: number): SessionEvent[] | null {
  if (typeof input === 'string') return null;
  const todos = rows(input['plan']).map((step, i) => ({
    id: String(i),
    text: text(step['step']),
    state: STATES[text(step['status'])] ?? 'open',
  }));
  return [{ type: 'todos', at, todos }];
}

/** A tool as it ended, in a form that says so plainly: it comes before its output, which does not. */
function completedEvents(item: Fields, at: number): SessionEvent[] | null {
  const id = text(item['id']);
  const status = text(item['status']);
  if (id === '' || !/^(?:completed|failed|declined)$/.test(status)) return null;
  const code = number(item['exit_code']);
  const ok = status === 'completed' && (code === undefined || code === 0);
  return [{ type: 'tool.ended', at, id, ok, summary: oneLine(text(item['aggregated_output'])) }];
}

/** What a tool gave back to the model: a head of Codex's own and the output; JSON in older versions. */
function resultOf(output: unknown): { ok: boolean; summary: string } {
  const whole = typeof output === 'string' ? output : contentText(output) || text(fields(output)['content']);
  const old = recordOf(whole);
  if (old !== null && 'output' in old) {
    const code = number(fields(old['metadata'])['exit_code']);
    return { ok: code === undefined || code === 0, summary: oneLine(text(old['output'])) };
  }
  const [head = '', ...rest] = whole.split(/^Output:\n/m);
  const ended = /^(?:Process exited with code|Exit code:) (-?\d+)$/m.exec(rest.length > 0 ? head : '')?.[1];
  const aborted = rest.length === 0 && /^aborted by user/m.test(head);
  return {
    ok: !aborted && (ended === undefined || ended === '0'),
    summary: oneLine(rest.length > 0 ? rest.join('Output:\n') : whole),
  };
}

/** What happened to the turn. Names of newer and older versions. */
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

/** An error, by Codex's own name for it: a word, or an object with one field, with the status of HTTP where it has one. */
function errorEvents(payload: Fields, at: number): SessionEvent[] {
  const info = payload['codex_error_info'];
  const [name = 'error', detail] = Object.entries(fields(info))[0] ?? [];
  const status = number(fields(detail)['http_status_code']);
  const error = text(info) || (status === undefined ? name : `${name} ${status}`);
  const told: SessionEvent = { type: 'api.error', at, error, text: text(payload['message']) };
  return error === 'usage_limit_exceeded' ? [told, { type: 'limit.reached', at }] : [told];
}

function contextEvents(payload: Fields, at: number): SessionEvent[] | null {
  const figures: Figures = {};
  const model = text(payload['model']);
  if (model !== '') figures.model = model;
  const effort = text(payload['effort']);
  if (effort !== '') figures.effort = effort;
  return Object.keys(figures).length === 0 ? null : [{ type: 'figures', at, figures }];
}

function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  return rows(content)
    .map((part) => text(part['text']))
    .filter((part) => part !== '')
    .join('\n');
}
