import type { SessionEvent, TodoState } from '../../sessions/events';
import { oneLine } from '../one-line';

type Fields = Readonly<Record<string, unknown>>;

/** Tools that set a sub-agent to work; the older name is still in use. */
const STARTS_AGENT: ReadonlySet<string> = new Set(['Agent', 'Task']);

/** The to-do list's own words for how far a point is (measured with 2.1.330: both its tools use them). */
const STATES: Readonly<Record<string, TodoState>> = {
  pending: 'open',
  in_progress: 'doing',
  completed: 'done',
};

/** What the beginning of a tool tells beside the tool itself. */
export function startedBeside(name: string, id: string, input: unknown, at: number): SessionEvent[] {
  const fields = object(input);
  if (STARTS_AGENT.has(name)) {
    return [{ type: 'agent.started', at, id, title: oneLine(text(fields['description'])) || name }];
  }
  // The result of an update names what has changed, but not a new text.
  const subject = text(fields['subject']);
  if (name !== 'TaskUpdate' || subject === '' || text(fields['taskId']) === '') return [];
  return [{ type: 'todo', at, id: text(fields['taskId']), text: subject }];
}

/**
 * What the result of a tool tells beside its end: `result` is the record's `toolUseResult`, data that Claude Code
 * keeps for itself beside what the model reads. Shapes measured with 2.1.330.
 */
export function endedBeside(id: string, ok: boolean, result: unknown, at: number): SessionEvent[] {
  const fields = object(result);
  if (Array.isArray(fields['newTodos'])) {
    const todos = fields['newTodos'].map(object).flatMap((todo, i) => {
      const said = text(todo['content']);
      return said === '' ? [] : [{ id: String(i), text: said, state: stateOf(todo['status']) ?? 'open' }];
    });
    return [{ type: 'todos', at, todos }];
  }
  const task = object(fields['task']);
  if (text(task['id']) !== '' && text(task['subject']) !== '') {
    return [{ type: 'todo', at, id: text(task['id']), text: text(task['subject']) }];
  }
  const change = object(fields['statusChange']);
  if (text(fields['taskId']) !== '' && 'to' in change) {
    const todo = { type: 'todo', at, id: text(fields['taskId']) } as const;
    if (change['to'] === 'deleted') return [{ ...todo, gone: true }];
    const state = stateOf(change['to']);
    return state === undefined ? [] : [{ ...todo, state }];
  }
  const agent = text(fields['agentId']);
  if (agent === '') return [];
  if (fields['status'] !== 'async_launched') return [{ type: 'agent.ended', at, id, ok }];
  // A sub-agent in the background works on; its end comes as a notification.
  const title = oneLine(text(fields['description'])) || 'agent';
  const file = /^[\w-]{1,80}$/.test(agent) ? { file: agent } : {};
  return [{ type: 'agent.started', at, id, title, ...file }];
}

/** The end of a sub-agent in the background, told to the agent in a message made by Claude Code itself. */
export function notifiedEnd(content: string, at: number): SessionEvent[] {
  const id = /<tool-use-id>([^<]+)<\/tool-use-id>/.exec(content)?.[1];
  const status = /<status>([^<]+)<\/status>/.exec(content)?.[1];
  if (id === undefined || status === undefined) return [];
  return [{ type: 'agent.ended', at, id, ok: status === 'completed' }];
}

/** The limit that a failed request tells of: the account's, as data beside the words. None for every other failure. */
export function limitOf(record: Fields, at: number): SessionEvent[] {
  const quota = object(record['quotaLimits']);
  if (record['apiError'] !== 'usage_limit_reached' && quota['status'] !== 'rejected') return [];
  const window = WINDOWS[text(quota['rateLimitType'])] ?? text(quota['rateLimitType']);
  const resetsAt = quota['resetsAt'];
  return [
    {
      type: 'limit.reached',
      at,
      ...(window === '' ? {} : { window }),
      ...(typeof resetsAt === 'number' && resetsAt > 0 ? { resetsAt: resetsAt * 1_000 } : {}),
    },
  ];
}

/** Claude Code's names of the account's limits, as ccbot names them; others keep their own. */
export const WINDOWS: Readonly<Record<string, string>> = { five_hour: '5h', seven_day: 'week' };

const stateOf = (status: unknown): TodoState | undefined => STATES[text(status)];
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const object = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
