import type { SessionEvent, TodoState } from '../../sessions/events';
import { titleLine } from '../title-line';

type Fields = Readonly<Record<string, unknown>>;

/** Tools that start a sub-agent. The older name is still in use. */
const STARTS_AGENT: ReadonlySet<string> = new Set(['Agent', 'Task']);

/** The states of a to-do item (measured with 2.1.330: both to-do tools use these names). */
const STATES: Readonly<Record<string, TodoState>> = {
  pending: 'open',
  in_progress: 'doing',
  completed: 'done',
};

/** Further events of a tool call: a sub-agent that starts, or a to-do item that gets a new text. */
export function startedBeside(name: string, id: string, input: unknown, at: number): SessionEvent[] {
  const fields = object(input);
  if (STARTS_AGENT.has(name)) {
    return [{ type: 'agent.started', at, id, title: titleLine(text(fields['description'])) || name }];
  }
  // The result of an update names the changed fields, but does not hold a new text.
  const subject = text(fields['subject']);
  if (name !== 'TaskUpdate' || subject === '' || text(fields['taskId']) === '') return [];
  return [{ type: 'todo', at, id: text(fields['taskId']), text: subject }];
}

/**
 * Further events of a tool's result. `result` is the record's `toolUseResult`, which Claude Code stores for itself beside
 * the text for the model. Shapes measured with 2.1.330.
 */
export function endedBeside(id: string, ok: boolean, result: unknown, at: number): SessionEvent[] {
  const fields = object(result);
  if (Array.isArray(fields['newTodos'])) {
    const todos = fields['newTodos'].map(object).flatMap((todo, i) => {
      const content = text(todo['content']);
      return content === ''
        ? []
        : [{ id: String(i), text: content, state: stateOf(todo['status']) ?? 'open' }];
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
  // A background sub-agent keeps working. Its end comes as a notification.
  const title = titleLine(text(fields['description'])) || 'agent';
  const file = /^[\w-]{1,80}$/.test(agent) ? { file: agent } : {};
  return [{ type: 'agent.started', at, id, title, ...file }];
}

/**
 * Whether somebody answered the agent's questions. With `askUserQuestionTimeout` it continues by itself after a time, which
 * is recorded then (measured with 2.1.330: `afkTimeoutMs`), with the options chosen so far.
 */
export function answeredOf(result: unknown): { answered?: boolean } {
  const { questions, answers, afkTimeoutMs } = object(result);
  if (!Array.isArray(questions) || typeof answers !== 'object') return {};
  return { answered: typeof afkTimeoutMs !== 'number' };
}

/** The end of a background sub-agent, from the message in which Claude Code notifies the agent. */
export function notifiedEnd(content: string, at: number): SessionEvent[] {
  const id = /<tool-use-id>([^<]+)<\/tool-use-id>/.exec(content)?.[1];
  const status = /<status>([^<]+)<\/status>/.exec(content)?.[1];
  if (id === undefined || status === undefined) return [];
  return [{ type: 'agent.ended', at, id, ok: status === 'completed' }];
}

/** The account limit that made a request fail. Empty for every other failure. Uses the record's data, not its text. */
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

/** ccbot's names for the account's limits, by Claude Code's names. Other limits keep their own name. */
export const WINDOWS: Readonly<Record<string, string>> = { five_hour: '5h', seven_day: 'week' };

const stateOf = (status: unknown): TodoState | undefined => STATES[text(status)];
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const object = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
