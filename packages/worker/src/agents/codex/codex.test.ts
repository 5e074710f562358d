import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { SessionEvent } from '../../sessions/events';
import type { Keystroke } from '../../terminal/panes';
import type { InputLine } from '../agent';
import { createCodex } from './codex';
import { readInputLine } from './draft';
import { createRolloutReader } from './rollout';
import { readScreen } from './screen';
import { toolInput, toolTitle } from './title';
import { typePrompt } from './typing';

const fixture = (name: string): string[] =>
  readFileSync(join(__dirname, 'fixtures', name), 'utf8')
    .replace(/\n$/, '')
    .split('\n');

describe('the screen of Codex', () => {
  it.each([
    ['ready.txt', 'ready'],
    ['busy.txt', 'ready'],
    ['queued.txt', 'ready'],
    ['draft.txt', 'ready'],
    ['pasted.txt', 'ready'],
    ['popup.txt', 'ready'],
    ['shortcuts.txt', 'ready'],
    ['approval.txt', 'dialog'],
    ['trust.txt', 'dialog'],
    ['hooks-trust.txt', 'dialog'],
    ['login.txt', 'dialog'],
    ['update.txt', 'dialog'],
    ['page.txt', 'dialog'],
    ['transcript-page.txt', 'dialog'],
    ['starting.txt', 'starting'],
  ])('in %s is %s', (name, readiness) => {
    expect(readScreen(fixture(name))).toBe(readiness);
  });

  it('is starting while it is empty, or shows only a shell, or what was said and no input line', () => {
    expect(readScreen([])).toBe('starting');
    expect(readScreen(['$ codex', ''])).toBe('starting');
    expect(readScreen(['› hello there', '', '• You said: hello'])).toBe('starting');
  });

  it('is ready with a draft that looks like the choice of a menu', () => {
    expect(readScreen(['› 1. of all, look', '', '  gpt-5 · ~/p', '  ← for agents'])).toBe('ready');
  });
});

describe('typing into Codex', () => {
  it('puts in every text as a paste, and Enter as a read of its own', () => {
    for (const text of ['one', 'one\ntwo', '?', '/status', 'x'.repeat(20_000)]) {
      expect(typePrompt(text)).toEqual([
        { kind: 'paste', text },
        { kind: 'pause', ms: 60 },
        { kind: 'key', key: 'Enter' },
      ]);
    }
  });

  it('ends with a space what Enter would complete instead of submit', () => {
    for (const text of ['look at @src/ma', 'use $skill']) {
      expect(typePrompt(text)[0]).toEqual({ kind: 'paste', text: `${text} ` });
    }
    expect(typePrompt('me@example.org')[0]).toEqual({ kind: 'paste', text: 'me@example.org' });
  });

  it('resumes by the session’s id, and starts anew without one, each with a server of its own', () => {
    const own = ['-c', 'shell_environment_policy.set.CCBOT_INTERFACE=telegram'];
    const codex = createCodex();
    expect(codex.launch({ command: ['/bin/codex'], flags: ['-a', 'never'], resume: 'id' })).toEqual([
      '/bin/codex',
      'resume',
      'id',
      ...own,
      '-a',
      'never',
    ]);
    expect(codex.launch({ command: ['/bin/codex'], flags: [] })).toEqual(['/bin/codex', ...own]);
  });
});

describe('the input line of Codex', () => {
  const read = (rows: string[], prompts: string[], firm = rows): InputLine =>
    readInputLine({ rows, firm }, prompts);
  const clearing = (rows: string[], prompts: string[]): Keystroke[] => {
    const line = read(rows, prompts);
    return line.is === 'prompt' ? line.clearing : [];
  };
  const presses = (screen: string[], ...prompts: string[]): number =>
    clearing(screen, prompts).filter((k) => k.kind === 'key' && k.key === 'C-u').length;
  const draft = `first line\n\nthird line ${'long '.repeat(60)}`;

  it('is emptied of a prompt that still stands there, however its rows are cut', () => {
    expect(presses(fixture('draft.txt'), 'other', draft)).toBe(11);
    expect(clearing(fixture('draft.txt'), [draft]).at(-1)).toEqual({ kind: 'pause', ms: 100 });
  });

  it('knows a long paste by the number of its characters', () => {
    expect(presses(fixture('pasted.txt'), 'z\n'.repeat(700))).toBe(3);
    expect(presses(fixture('pasted.txt'), 'z\n'.repeat(701))).toBe(0);
  });

  it('keeps what somebody else wrote, and what is no draft', () => {
    expect(presses(fixture('draft.txt'), 'first')).toBe(0);
    expect(presses(fixture('ready.txt'), 'Ask Codex to do anything')).toBe(0);
    expect(presses(fixture('approval.txt'), 'Yes, proceed (y)')).toBe(0);
    expect(presses([], 'x')).toBe(0);
  });

  it('tells an empty line from a draft, by what is faint, and from none at all', () => {
    expect(read(fixture('ready.txt'), [])).toEqual({ is: 'empty' });
    expect(read(fixture('draft.txt'), ['first'])).toEqual({ is: 'draft' });
    const rows = fixture('draft.txt');
    expect(
      read(
        rows,
        [],
        rows.map((row) => row.replace(/(?<=^›|^ ).*/, '')),
      ),
    ).toEqual({ is: 'empty' });
    expect(read(rows, [draft])).toMatchObject({ is: 'prompt', whole: true });
    expect(read(fixture('login.txt'), [])).toEqual({ is: 'hidden' });
    expect(read([], [])).toEqual({ is: 'hidden' });
  });
});

describe('the rollout of Codex', () => {
  const read = (lines: readonly string[]): SessionEvent[] => {
    const reader = createRolloutReader();
    return lines.flatMap((line) => reader.read(line));
  };
  const kinds = (events: SessionEvent[]): string[] =>
    events.map((e) => e.type).filter((t) => t !== 'other' && t !== 'figures');
  const record = (type: string, payload: unknown): string =>
    JSON.stringify({ timestamp: '2026-01-01T00:00:00.000Z', ordinal: 7, type, payload });

  it('tells a turn with a tool from its prompt to its end', () => {
    const events = read(fixture('turn.jsonl'));
    expect(kinds(events)).toEqual([
      'turn.started',
      'text',
      'tool.started',
      'tool.ended',
      'tool.ended',
      'text',
      'turn.ended',
    ]);
    expect(events.find((e) => e.type === 'turn.started')).toMatchObject({
      prompt: 'run: echo hi; echo err >&2; exit 3',
    });
    expect(events.find((e) => e.type === 'tool.started')).toMatchObject({
      name: 'Shell',
      title: 'echo hi; echo err >&2; exit 3',
    });
    const ended = events.filter((e) => e.type === 'tool.ended');
    for (const end of ended) expect(end).toMatchObject({ ok: false, summary: 'hi err' });
  });

  it('tells how full the context is, and the model, from its own figures', () => {
    const told = read(fixture('turn.jsonl')).filter((e) => e.type === 'figures');
    expect(told[0]).toMatchObject({ figures: { model: 'gpt-5' } });
    expect(told.at(-1)).toMatchObject({ figures: { contextTokens: 120, contextWindow: 258_400 } });
  });

  it('tells the limits of the account, in the words of newer and older versions', () => {
    const count = (rate_limits: unknown): string =>
      record('event_msg', { type: 'token_count', info: null, rate_limits });
    const newer = count({
      primary: { used_percent: 12.5, window_minutes: 300, resets_at: 1_767_225_700 },
      secondary: { used_percent: 40, window_minutes: 10_080, resets_at: 1_767_300_000 },
    });
    expect(read([newer])).toMatchObject([
      {
        figures: {
          limits: [
            { window: '5h', usedPercent: 12.5, resetsAt: 1_767_225_700_000 },
            { window: 'week', usedPercent: 40 },
          ],
        },
      },
    ]);
    const older = count({
      primary: { used_percent: 100, window_minutes: 60, resets_in_seconds: 10 },
      rate_limit_reached_type: 'primary',
    });
    const resetsAt = Date.parse('2026-01-01T00:00:10.000Z');
    expect(read([older])).toMatchObject([
      { type: 'figures', figures: { limits: [{ window: '60 min', resetsAt }] } },
      { type: 'limit.reached', window: '60 min', resetsAt },
    ]);
  });

  it('tells an interruption, with the tool that it cut off', () => {
    expect(
      read(fixture('interrupted.jsonl')).filter((e) => e.type !== 'other' && e.type !== 'figures'),
    ).toMatchObject([
      { type: 'turn.started', prompt: expect.stringMatching(/^esc: /) as string },
      { type: 'tool.started', name: 'Shell' },
      { type: 'tool.ended', ok: false, summary: expect.stringContaining('aborted') as string },
      { type: 'turn.ended', how: 'interrupted' },
    ]);
  });

  it('tells of a prompt that joined a running turn, and of a turn that failed', () => {
    const events = read(fixture('joined.jsonl')).filter((e) => /^(?:turn|prompt|api|limit)\./.test(e.type));
    expect(events).toMatchObject([
      { type: 'turn.started', prompt: 'slow one' },
      { type: 'prompt.taken', prompt: 'queued two' },
      { type: 'turn.ended', how: 'done' },
      { type: 'turn.started', prompt: 'hold it' },
      { type: 'turn.ended', how: 'interrupted' },
      { type: 'turn.started', prompt: 'stand please' },
      { type: 'turn.ended', how: 'interrupted' },
      { type: 'turn.started', prompt: 'slow again' },
      { type: 'turn.ended', how: 'interrupted' },
      { type: 'turn.started', prompt: 'queued three' },
      { type: 'turn.ended', how: 'done' },
      { type: 'turn.started', prompt: 'dead login' },
      { type: 'prompt.taken', prompt: 'limit' },
      { type: 'api.error', error: 'usage_limit_exceeded' },
      { type: 'limit.reached' },
      { type: 'turn.ended', how: 'failed' },
      { type: 'turn.started', prompt: 'think' },
      { type: 'turn.ended', how: 'done' },
    ]);
  });

  it('tells a command behind ! as a turn of its own, with what it printed', () => {
    const turn = { turn_id: 't1' };
    const record = (payload: object): string =>
      JSON.stringify({ timestamp: '2026-01-01T00:00:00Z', type: 'event_msg', payload });
    const item = {
      type: 'CommandExecution',
      id: 'c1',
      command: ['/bin/bash', '-lc', 'ls nothing'],
      source: 'user_shell',
      status: 'failed',
      aggregated_output: 'ls: no such file\n',
      exit_code: 2,
    };
    const events = read([
      record({ type: 'item_completed', ...turn, item }),
      record({ type: 'task_complete', ...turn, last_agent_message: null }),
    ]);
    expect(events).toMatchObject([
      { type: 'turn.started', prompt: '!ls nothing' },
      { type: 'text', text: '```\nls: no such file\n```' },
      { type: 'turn.ended', how: 'done' },
    ]);
    const silent = { ...item, command: null, aggregated_output: null };
    expect(read([record({ type: 'item_completed', ...turn, item: silent })])).toMatchObject([
      { type: 'turn.started', prompt: '!' },
    ]);
  });

  it('takes neither its own context nor the instructions for prompts', () => {
    const context = (role: string) =>
      record('response_item', { type: 'message', role, content: [{ type: 'input_text', text: '<x>' }] });
    expect(kinds(read([context('user'), context('developer')]))).toEqual([]);
  });

  it('reads what older versions wrote: prompts as messages, results as JSON, calls of a shell', () => {
    const events = read([
      record('event_msg', { type: 'user_message', message: 'go' }),
      record('response_item', {
        type: 'function_call',
        name: 'shell',
        call_id: 'c',
        arguments: '{"command":["bash","-lc","npm test"]}',
      }),
      record('response_item', {
        type: 'function_call_output',
        call_id: 'c',
        output: '{"output":"2 failed","metadata":{"exit_code":1}}',
      }),
      record('response_item', {
        type: 'message',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'Done.' }],
      }),
      record('event_msg', {
        type: 'error',
        message: 'gone',
        codex_error_info: { http_connection_failed: {} },
      }),
      record('event_msg', {
        type: 'error',
        message: 'no such key',
        codex_error_info: { http_connection_failed: { http_status_code: 401 } },
      }),
    ]);
    expect(events).toMatchObject([
      { type: 'turn.started', prompt: 'go' },
      { type: 'tool.started', id: 'c', name: 'Shell', title: 'npm test' },
      { type: 'tool.ended', id: 'c', ok: false, summary: '2 failed' },
      { type: 'text', text: 'Done.', id: 'item-7' },
      { type: 'api.error', error: 'http_connection_failed', text: 'gone' },
      { type: 'api.error', error: 'http_connection_failed 401', text: 'no such key' },
    ]);
  });

  it('does not take the exit code that a tool printed for its own', () => {
    const output = 'Process exited with code 0\nOutput:\nProcess exited with code 9\n';
    const end = record('response_item', { type: 'function_call_output', call_id: 'c', output });
    expect(read([end])).toMatchObject([{ ok: true, summary: 'Process exited with code 9' }]);
  });

  it('tells the plan as a to-do list, searches, and patches by their files', () => {
    const plan = {
      plan: [{ step: 'look', status: 'completed' }, { step: 'do', status: 'in_progress' }, { step: 'x' }],
    };
    const call = (name: string, input: string) =>
      record('response_item', { type: 'custom_tool_call', name, call_id: 'c', input });
    const patch = '*** Begin Patch\n*** Update File: src/a.ts\n@@\n*** Add File: b.md\n*** End Patch';
    expect(
      read([
        call('update_plan', JSON.stringify(plan)),
        call('apply_patch', patch),
        record('response_item', {
          type: 'web_search_call',
          id: 's',
          status: 'completed',
          action: { query: 'how' },
        }),
      ]),
    ).toMatchObject([
      { type: 'todos', todos: [{ state: 'done' }, { state: 'doing' }, { state: 'open' }] },
      { type: 'tool.started', name: 'Patch', title: 'src/a.ts, b.md' },
      { type: 'tool.started', name: 'Search', title: 'how' },
      { type: 'tool.ended', ok: true },
    ]);
  });

  it('titles what is known, and of the rest takes the first text', () => {
    expect(toolTitle('write_stdin', { session_id: 1, chars: '' })).toBe('waits for output');
    expect(toolTitle('request_user_input', { questions: [{ question: 'A?' }, { question: 'B?' }] })).toBe(
      'A? · B?',
    );
    expect(toolTitle('mcp__x__y', toolInput('{"n":1,"path":"a  b"}'))).toBe('a b');
    expect(toolTitle('none', {})).toBe('');
  });

  it('keeps what it does not know as other, and never throws, whatever a record has become', () => {
    expect(read(['', '{', '[1]', record('new_kind', { type: 'odd' })])).toEqual([
      { type: 'other', at: 0, record: 'garbage' },
      { type: 'other', at: 0, record: 'garbage' },
      { type: 'other', at: Date.parse('2026-01-01'), record: 'new_kind odd' },
    ]);
    const types = fc.constantFrom('response_item', 'event_msg', 'turn_context', 'compacted', 'x');
    const kind = fc.constantFrom(
      'message',
      'reasoning',
      'function_call',
      'custom_tool_call',
      'function_call_output',
      'web_search_call',
      'item_completed',
      'user_message',
      'token_count',
      'task_complete',
      'error',
    );
    const names = [
      'id',
      'content',
      'item',
      'arguments',
      'output',
      'action',
      'info',
      'rate_limits',
      'error',
      'name',
    ];
    const payload = fc.dictionary(fc.constantFrom(...names), fc.jsonValue()).chain((body) => kind.map((type) => ({ ...body, type }))); // prettier-ignore
    fc.assert(
      fc.property(types, payload, (type, body) => {
        for (const event of read([JSON.stringify({ type, payload: body })]))
          expect(typeof event.at).toBe('number');
      }),
    );
  });
});
