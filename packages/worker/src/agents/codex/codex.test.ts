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

  it('is starting while it is empty, or shows only a shell, or only messages and no input line', () => {
    expect(readScreen([])).toBe('starting');
    expect(readScreen(['$ codex', ''])).toBe('starting');
    expect(readScreen(['› hello there', '', '• You said: hello'])).toBe('starting');
  });

  it('is ready with a draft that looks like a menu choice', () => {
    expect(readScreen(['› 1. of all, look', '', '  gpt-5 · ~/p', '  ← for agents'])).toBe('ready');
  });
});

describe('typing into Codex', () => {
  it('pastes every text, and presses no Enter', () => {
    for (const text of ['one', 'one\ntwo', '?', '/status', 'x'.repeat(20_000)]) {
      expect(typePrompt(text)).toEqual([{ kind: 'paste', text }]);
    }
  });

  it('appends a space where Enter would complete instead of submit', () => {
    for (const text of ['look at @src/ma', 'use $skill']) {
      expect(typePrompt(text)[0]).toEqual({ kind: 'paste', text: `${text} ` });
    }
    expect(typePrompt('me@example.org')[0]).toEqual({ kind: 'paste', text: 'me@example.org' });
  });

  it('resumes by the session’s id, or starts a new session, each with its own server', () => {
    const ownServer = ['-c', 'shell_environment_policy.set.CCBOT_INTERFACE=telegram'];
    const codex = createCodex();
    expect(codex.launch({ command: ['/bin/codex'], flags: ['-a', 'never'], resume: 'id' })).toEqual([
      '/bin/codex',
      'resume',
      'id',
      ...ownServer,
      '-a',
      'never',
    ]);
    expect(codex.launch({ command: ['/bin/codex'], flags: [] })).toEqual(['/bin/codex', ...ownServer]);
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

  it('is cleared of a prompt that is still in it, however its rows wrap', () => {
    expect(presses(fixture('draft.txt'), 'other', draft)).toBe(11);
    expect(clearing(fixture('draft.txt'), [draft]).at(-1)).toEqual({ kind: 'pause', ms: 100 });
  });

  it('recognizes a long paste by its number of characters', () => {
    expect(presses(fixture('pasted.txt'), 'z\n'.repeat(700))).toBe(3);
    expect(presses(fixture('pasted.txt'), 'z\n'.repeat(701))).toBe(0);
  });

  it('leaves alone somebody else’s draft, a hint, and a menu', () => {
    expect(presses(fixture('draft.txt'), 'first')).toBe(0);
    expect(presses(fixture('ready.txt'), 'Ask Codex to do anything')).toBe(0);
    expect(presses(fixture('approval.txt'), 'Yes, proceed (y)')).toBe(0);
    expect(presses([], 'x')).toBe(0);
  });

  it('is not empty in shell mode, where a prompt would run as a command', () => {
    const line = (row: string): string[] => [
      '• done',
      '',
      row,
      '',
      '  gpt-5 default · /project',
      '   Shell mode',
    ];
    expect(readScreen(line('! echo hello'))).toBe('ready');
    expect(read(line('! echo hello'), ['!echo hello'])).toMatchObject({ is: 'prompt', whole: true });
    expect(read(line('! echo hello'), ['echo hello'])).toMatchObject({ is: 'draft', text: '!echohello' });
    expect(read(line('!'), ['hello'])).toMatchObject({ is: 'draft', text: '!' });
  });

  it('tells an empty line from a draft by its faint text, and from no line at all', () => {
    expect(read(fixture('ready.txt'), [])).toEqual({ is: 'empty' });
    expect(read(fixture('draft.txt'), ['first'])).toMatchObject({ is: 'draft' });
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

  it('reads a turn with a tool from its prompt to its end', () => {
    const events = read(fixture('turn.jsonl'));
    expect(kinds(events)).toEqual([
      'moved',
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

  it('reads how full the context is, and the model', () => {
    const figures = read(fixture('turn.jsonl')).filter((e) => e.type === 'figures');
    expect(figures[0]).toMatchObject({ figures: { model: 'gpt-5' } });
    expect(figures.at(-1)).toMatchObject({ figures: { contextTokens: 120, contextWindow: 258_400 } });
  });

  it('reads the account’s limits, as newer and older versions write them', () => {
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

  it('reads an interruption, with the tool that it cut off', () => {
    expect(
      read(fixture('interrupted.jsonl')).filter((e) => e.type !== 'other' && e.type !== 'figures'),
    ).toMatchObject([
      { type: 'moved', cwd: '/home/person/p' },
      { type: 'turn.started', prompt: expect.stringMatching(/^esc: /) as string },
      { type: 'tool.started', name: 'Shell' },
      { type: 'tool.ended', ok: false, summary: expect.stringContaining('aborted') as string },
      { type: 'turn.ended', how: 'interrupted' },
    ]);
  });

  it('reads a prompt that joined a running turn, and a failed turn', () => {
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

  it('reads a command behind ! as a turn, with its output', () => {
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

  it('mistakes neither Codex’s own context nor the instructions for prompts', () => {
    const context = (role: string) =>
      record('response_item', { type: 'message', role, content: [{ type: 'input_text', text: '<x>' }] });
    expect(kinds(read([context('user'), context('developer')]))).toEqual([]);
  });

  it('reads the records of older versions: prompts as messages, results as JSON, shell calls', () => {
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

  it('does not mistake an exit code in a tool’s output for the tool’s own', () => {
    const output = 'Process exited with code 0\nOutput:\nProcess exited with code 9\n';
    const end = record('response_item', { type: 'function_call_output', call_id: 'c', output });
    expect(read([end])).toMatchObject([{ ok: true, summary: 'Process exited with code 9' }]);
  });

  it('reads the plan as a to-do list, searches, and patches by their files', () => {
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

  it('has titles for known tools, and takes the first text of others', () => {
    expect(toolTitle('write_stdin', { session_id: 1, chars: '' })).toBe('waits for output');
    expect(toolTitle('request_user_input', { questions: [{ question: 'A?' }, { question: 'B?' }] })).toBe(
      'A? · B?',
    );
    expect(toolTitle('mcp__x__y', toolInput('{"n":1,"path":"a  b"}'))).toBe('a b');
    expect(toolTitle('none', {})).toBe('');
  });

  it('keeps unknown records as other, and never throws, whatever the record', () => {
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
    const payload = fc.dictionary(fc.constantFrom(...names), fc.jsonValue()).chain((body) => kind.map((type) => ({ ...body, type }))); // oxfmt-ignore
    fc.assert(
      fc.property(types, payload, (type, body) => {
        for (const event of read([JSON.stringify({ type, payload: body })]))
          expect(typeof event.at).toBe('number');
      }),
    );
  });
});
