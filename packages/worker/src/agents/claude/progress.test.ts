import type { SessionEvent } from '../../sessions/events';
import { createSubAgentReader, createTranscriptReader } from './transcript';

const at = Date.parse('2026-01-01T00:00:00Z');
const stamp = { timestamp: '2026-01-01T00:00:00Z' };
/** The events of records, without the tools themselves and `other`. */
const read = (...records: object[]): SessionEvent[] => {
  const reader = createTranscriptReader();
  return records
    .flatMap((record) => reader.read(JSON.stringify({ ...stamp, ...record })))
    .filter((event) => !['tool.started', 'tool.ended', 'other'].includes(event.type));
};
const use = (name: string, input: object): object => ({
  type: 'assistant',
  uuid: 'u',
  message: { id: 'm', content: [{ type: 'tool_use', id: 'toolu_1', name, input }] },
});
const result = (toolUseResult: unknown, is_error = false): object => ({
  type: 'user',
  message: { content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'said', is_error }] },
  toolUseResult,
});

describe('the end of questions', () => {
  const questions = [{ question: 'Which?', header: 'h', options: [], multiSelect: false }];
  const ended = (toolUseResult: unknown): unknown => {
    const reader = createTranscriptReader();
    const [event] = reader.read(JSON.stringify({ ...stamp, ...result(toolUseResult) }));
    return event?.type === 'tool.ended' ? event.answered : 'no end';
  };

  it.each([
    ['an answer', { questions, answers: { 'Which?': 'Red' }, annotations: {} }, true],
    ['a text instead', { questions, answers: {}, response: 'neither' }, true],
    ['nobody, within the time', { questions, answers: {}, annotations: {}, afkTimeoutMs: 60_000 }, false],
    ['the first answer only', { questions, answers: { 'Which?': 'Red' }, afkTimeoutMs: 300_000 }, false],
    ['a refusal', 'Error: the user declined', undefined],
    ['another tool', { stdout: '', answers: {} }, undefined],
  ])('says whether somebody answered: %s', (_what, recorded, answered) => {
    expect(ended(recorded)).toBe(answered);
  });
});

describe('the to-do list of Claude Code', () => {
  it('comes complete from TodoWrite', () => {
    const newTodos = [
      { content: 'First', status: 'in_progress', activeForm: 'Doing' },
      { content: 'Second', status: 'completed' },
      { content: 'Third', status: 'of a later version' },
      { nothing: 1 },
      7,
    ];
    expect(read(result({ oldTodos: [], newTodos }))).toEqual([
      {
        type: 'todos',
        at,
        todos: [
          { id: '0', text: 'First', state: 'doing' },
          { id: '1', text: 'Second', state: 'done' },
          { id: '2', text: 'Third', state: 'open' },
        ],
      },
    ]);
  });

  it('comes item by item from TaskCreate and TaskUpdate', () => {
    expect(
      read(
        result({ task: { id: '1', subject: 'First thing' } }),
        use('TaskUpdate', { taskId: '1', subject: 'The first thing' }),
        result({ success: true, taskId: '1', statusChange: { from: 'pending', to: 'in_progress' } }),
        result({ success: true, taskId: '1', statusChange: { from: 'in_progress', to: 'deleted' } }),
      ),
    ).toEqual([
      { type: 'todo', at, id: '1', text: 'First thing' },
      { type: 'todo', at, id: '1', text: 'The first thing' },
      { type: 'todo', at, id: '1', state: 'doing' },
      { type: 'todo', at, id: '1', gone: true },
    ]);
  });

  it.each([['words'], [null], [7], [[]], [{ task: 1 }], [{ taskId: '1', statusChange: 3 }]])(
    'does not come from %j',
    (odd) => {
      expect(read(result(odd))).toEqual([]);
    },
  );
});

describe('sub-agents of Claude Code', () => {
  const launch = { isAsync: true, status: 'async_launched', agentId: 'a1b2', description: 'Count the files' };

  it('start with their tool, and continue in the background after its result', () => {
    expect(read(use('Agent', { description: 'Count the files', prompt: 'p' }), result(launch))).toEqual([
      { type: 'agent.started', at, id: 'toolu_1', title: 'Count the files' },
      { type: 'agent.started', at, id: 'toolu_1', title: 'Count the files', file: 'a1b2' },
    ]);
  });

  it('end with their tool in the foreground, and with a notification in the background', () => {
    expect(read(result({ status: 'completed', agentId: 'a1b2' }))).toEqual([
      { type: 'agent.ended', at, id: 'toolu_1', ok: true },
    ]);
    const content =
      '<task-notification>\n<task-id>a1b2</task-id>\n<tool-use-id>toolu_1</tool-use-id>\n<status>failed</status>\n</task-notification>';
    const notification = { type: 'user', origin: { kind: 'task-notification' }, message: { content } };
    expect(read(notification)).toEqual([
      { type: 'agent.ended', at, id: 'toolu_1', ok: false },
      { type: 'turn.started', at, prompt: '' },
    ]);
  });

  it('have no transcript when the name is invalid', () => {
    const [event] = read(result({ ...launch, agentId: '../../etc/passwd' }));
    expect(event).not.toHaveProperty('file');
  });

  it('report numbered tools from their own transcript', () => {
    const reader = createSubAgentReader('toolu_1');
    const lines = [use('Bash', { command: 'ls' }), result('x'), use('Read', { file_path: '/a' }), '{broken'];
    const text = (line: object | string): string =>
      typeof line === 'string' ? line : JSON.stringify({ ...stamp, isSidechain: true, ...line });
    expect(lines.flatMap((line) => reader.read(text(line)))).toEqual([
      { type: 'agent.doing', at, id: 'toolu_1', n: 1, tool: 'Bash', title: 'ls' },
      { type: 'agent.doing', at, id: 'toolu_1', n: 2, tool: 'Read', title: '/a' },
    ]);
  });
});

describe('a limit of the account', () => {
  const failed = (more: object): object => ({
    type: 'assistant',
    isApiErrorMessage: true,
    error: 'rate_limit',
    message: { id: 'm', content: [{ type: 'text', text: 'any words' }] },
    ...more,
  });
  const limits = (record: object): SessionEvent[] =>
    read(record).filter((event) => event.type === 'limit.reached');

  it('comes from the record’s data, with the time of its reset', () => {
    const quotaLimits = { status: 'rejected', resetsAt: 1_795_581_772, rateLimitType: 'five_hour' };
    expect(limits(failed({ apiError: 'usage_limit_reached', quotaLimits }))).toEqual([
      { type: 'limit.reached', at, window: '5h', resetsAt: 1_795_581_772_000 },
    ]);
  });

  it('does not come from a request that failed for another reason, whatever its text', () => {
    expect(limits(failed({}))).toEqual([]);
    const quotaLimits = { status: 'allowed', resetsAt: 1, rateLimitType: 'five_hour' };
    expect(limits(failed({ quotaLimits }))).toEqual([]);
  });

  it('leaves out what the agent does not say', () => {
    expect(limits(failed({ quotaLimits: { status: 'rejected' } }))).toEqual([{ type: 'limit.reached', at }]);
    const odd = { status: 'rejected', rateLimitType: 'seven_day_opus', resetsAt: 'soon' };
    expect(limits(failed({ quotaLimits: odd }))).toEqual([
      { type: 'limit.reached', at, window: 'seven_day_opus' },
    ]);
  });
});
