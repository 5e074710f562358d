import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { SessionEvent } from '../../sessions/events';
import { createClaude } from './claude';
import { readScreen } from './screen';
import { createTranscriptReader, unwrapPaste } from './transcript';
import { takesImmediateEnter, typePrompt } from './typing';
import { toolTitle } from './title';

const fixture = (name: string): string[] =>
  readFileSync(join(__dirname, 'fixtures', name), 'utf8')
    .replace(/\n$/, '')
    .split('\n');

describe('the screen of Claude Code', () => {
  it.each([
    ['ready.txt', 'ready'],
    ['busy.txt', 'ready'],
    ['queued.txt', 'ready'],
    ['permission.txt', 'dialog'],
    ['trust.txt', 'dialog'],
    ['bypass.txt', 'dialog'],
    ['fresh.txt', 'starting'],
  ])('in %s is %s', (name, readiness) => {
    expect(readScreen(fixture(name))).toBe(readiness);
  });

  it('is starting while it is empty, or shows only a shell', () => {
    expect(readScreen([])).toBe('starting');
    expect(readScreen(['$ claude', '❯ ls'])).toBe('starting');
  });

  it('treats a page without a pointer as a dialog, so nothing is typed into it', () => {
    expect(readScreen(['❯ /cost', '', '▔'.repeat(80), '  Settings  Status  Usage', '  Esc to close'])).toBe(
      'dialog',
    );
  });

  it('recognizes an input line with a draft of several lines', () => {
    const rule = '─'.repeat(80);
    expect(readScreen(['text', rule, '❯ first', '  second', rule, '  hint'])).toBe('ready');
  });

  it('does not mistake the agent’s output for a dialog while the input line is there', () => {
    const rule = '─'.repeat(80);
    expect(readScreen(['● Choose:', rule, ' ❯ 1. Yes', '   2. No', rule, '❯ ', rule])).toBe('ready');
  });

  it('recognizes the input line in shell mode', () => {
    const rule = '─'.repeat(80);
    expect(readScreen(['text', rule, '! ls -la', rule, '  ! for shell mode'])).toBe('ready');
  });

  it('recognizes the survey, which takes the first typed digit as an answer, and ignores a text about it', () => {
    const rule = '─'.repeat(80);
    const survey = '  1: Bad    2: Fine   3: Good   0: Dismiss';
    expect(readScreen(['● How is Claude doing this session? (optional)', survey, '', rule, '❯ ', rule])).toBe(
      'dialog',
    );
    expect(readScreen([`● The survey offers${survey}.`, '', rule, '❯ ', rule])).toBe('ready');
  });
});

describe('typing a prompt', () => {
  it('pastes several lines in pieces of which none is marked as a paste, and presses no Enter', () => {
    const pasted = (text: string): string[] =>
      typePrompt(text).map((key) => ('text' in key ? key.text : key.kind));
    expect(pasted('one\n\ntwo')).toEqual(['one\n\ntwo']);
    expect(pasted('1\n2\n3\n4')).toEqual(['1\n2\n3', '\n4']);
    expect(pasted('1\n2\n3\n4\n5\n6\n7\n8')).toEqual(['1\n2\n3', '\n4\n5', '\n6\n7', '\n8']);
    expect(pasted('\n\n\n')).toEqual(['\n\n', '\n']);
    expect(typePrompt('one\ntwo')[0]?.kind).toBe('paste');
  });

  it('waits for no text but one that may open a list', () => {
    for (const text of ['one', 'one\ntwo', 'x'.repeat(20_000), 'me@example.org'])
      expect(takesImmediateEnter(text)).toBe(true);
    for (const text of ['/compact', '!ls', ' /compact', 'see @src', '@src'])
      expect(takesImmediateEnter(text)).toBe(false);
  });

  it('pastes a single line, which works in vim’s NORMAL mode too', () => {
    expect(typePrompt('/clear')).toEqual([{ kind: 'paste', text: '/clear' }]);
  });

  it('pastes a text that is long, has many lines, or holds a tab', () => {
    for (const text of ['x'.repeat(1_000), 'a\n'.repeat(20), 'a\tb']) {
      expect(typePrompt(text)).toEqual([{ kind: 'paste', text }]);
    }
  });

  it('appends a space where Enter would not submit', () => {
    for (const text of ['a backslash \\', 'look at @src/ma', '?']) {
      expect(typePrompt(text)[0]).toEqual({ kind: 'paste', text: `${text} ` });
    }
    expect(typePrompt('me@example.org')[0]).toEqual({ kind: 'paste', text: 'me@example.org' });
  });
});

describe('the transcript of Claude Code', () => {
  const read = (lines: readonly string[]): SessionEvent[] => {
    const reader = createTranscriptReader();
    return lines.flatMap((line) => reader.read(line));
  };
  const kinds = (events: SessionEvent[]): string[] => events.map((e) => e.type).filter((t) => t !== 'other');

  it('reads a turn with a tool from its prompt to its end', () => {
    const events = read(fixture('turn.jsonl'));
    expect(kinds(events)).toEqual([
      'turn.started',
      'text',
      'tool.started',
      'tool.ended',
      'text',
      'turn.ended',
    ]);
    expect(events.find((e) => e.type === 'tool.started')).toMatchObject({ name: 'Bash', title: 'echo hi' });
    expect(events.find((e) => e.type === 'tool.ended')).toMatchObject({ ok: true, summary: 'hi' });
  });

  it('reads an interruption, and the queued prompt after it', () => {
    const events = read(fixture('interrupted.jsonl')).filter((e) => e.type !== 'other');
    expect(events).toMatchObject([
      { type: 'turn.started', prompt: 'slow please' },
      { type: 'prompt.taken', prompt: 'queued one' },
      { type: 'turn.ended', how: 'interrupted' },
      { type: 'turn.started', prompt: 'queued one' },
      { type: 'text' },
      { type: 'turn.ended', how: 'done' },
    ]);
  });

  it('ignores meta, sub-agent and compaction records, and starts no turn for commands', () => {
    expect(kinds(read(fixture('not-own.jsonl')))).toEqual(['prompt.taken', 'compacted']);
  });

  it('returns a pasted prompt without markers', () => {
    const [event] = read(fixture('pasted.jsonl')).filter((e) => e.type === 'turn.started');
    expect(event).toMatchObject({ prompt: 'line 0\nline 1 "quoted"' });
    expect(unwrapPaste('no <pasted_content id="1">\nx')).toBe('no <pasted_content id="1">\nx');
  });

  it('recognizes a dead login by the record’s flag, never by its text', () => {
    const record = (flag: boolean): string =>
      JSON.stringify({
        type: 'assistant',
        uuid: 'u',
        timestamp: '2026-01-01T00:00:00.000Z',
        message: { id: 'm', role: 'assistant', content: [{ type: 'text', text: 'authentication_failed' }] },
        ...(flag ? { isApiErrorMessage: true, error: 'authentication_failed' } : {}),
      });
    expect(kinds(read([record(true)]))).toEqual(['api.error', 'turn.ended']);
    expect(kinds(read([record(false)]))).toEqual(['text']);
  });

  it('ends a turn once, even when each declined tool says so, and ends the next one too', () => {
    const user = (content: unknown): string => JSON.stringify({ type: 'user', message: { content } });
    const stop = { type: 'text', text: '[Request interrupted by user for tool use]' };
    const declined = { type: 'tool_result', tool_use_id: 't', is_error: true, content: 'declined' };
    const duration = JSON.stringify({ type: 'system', subtype: 'turn_duration' });
    const turns = [
      user('go'),
      user([declined, stop]),
      user([stop]),
      duration,
      user('on'),
      duration,
      duration,
    ];
    expect(kinds(read(turns))).toEqual([
      'turn.started',
      'tool.ended',
      'turn.ended',
      'turn.started',
      'turn.ended',
    ]);
    expect(kinds(read([duration]))).toEqual(['turn.ended']); // a new reader in the middle of a turn
  });

  it('reads a prompt that joined a running turn, which has no user record', () => {
    const record = (attachment: unknown): string => JSON.stringify({ type: 'attachment', attachment });
    const joined = record({ type: 'queued_command', prompt: 'also this', commandMode: 'prompt' });
    expect(read([joined])).toEqual([{ type: 'prompt.taken', at: 0, prompt: 'also this' }]);
    expect(kinds(read([record({ type: 'date' }), record({ type: 'queued_command' }), record(null)]))).toEqual(
      [],
    );
    const left = JSON.stringify({ type: 'queue-operation', operation: 'dequeue' });
    expect(kinds(read([left]))).toEqual([]);
  });

  it('reads a command to Claude Code itself as written', () => {
    const [event] = read(fixture('not-own.jsonl')).filter((e) => e.type === 'prompt.taken');
    expect(event).toMatchObject({ prompt: expect.stringMatching(/^\/\w+$/) as string });
  });

  it('starts a turn without a prompt when a background task started it', () => {
    const message = { role: 'user', content: '<task-notification>\n<task-id>a</task-id>' };
    const record = { type: 'user', message, origin: { kind: 'task-notification' } };
    expect(read([JSON.stringify(record)])).toEqual([{ type: 'turn.started', at: 0, prompt: '' }]);
  });

  it('never throws, whatever the record', () => {
    const records = fixture('turn.jsonl').map((line) => JSON.parse(line) as Record<string, unknown>);
    const reader = createTranscriptReader();
    fc.assert(
      fc.property(
        fc.constantFrom(...records),
        fc.constantFrom('type', 'message', 'timestamp', 'uuid', 'subtype'),
        fc.jsonValue(),
        (record, key, value) => {
          for (const event of reader.read(JSON.stringify({ ...record, [key]: value })))
            expect(typeof event.type).toBe('string');
        },
      ),
    );
    fc.assert(fc.property(fc.string(), (text) => void reader.read(text)));
    expect(reader.read('{"type":"user"')).toEqual([{ type: 'other', at: 0, record: 'garbage' }]);
  });
});

describe('a tool’s title', () => {
  it('is the most descriptive input on one line', () => {
    expect(toolTitle('Bash', { command: 'a &&\n  b', description: 'd' })).toBe('a && b');
    expect(toolTitle('Unheard', { n: 1, what: 'this' })).toBe('this');
    expect(toolTitle('Bash', null)).toBe('');
    expect(toolTitle('Edit', { file_path: '/srv/shop/src/cart.ts' }, '/srv/shop')).toBe('src/cart.ts');
    expect(toolTitle('Read', { file_path: '/srv/shop-2/a.ts' }, '/srv/shop')).toBe('/srv/shop-2/a.ts');
    expect(toolTitle('Bash', { command: '/srv/shop/run' }, '/srv/shop')).toBe('/srv/shop/run');
    expect(toolTitle('AskUserQuestion', { questions: [{ question: 'Which?' }, null] })).toBe('Which?');
    const todos = [
      { content: 'First' },
      { content: 'Second', activeForm: 'Doing it', status: 'in_progress' },
    ];
    expect(toolTitle('TodoWrite', { todos })).toBe('Doing it');
    expect(toolTitle('TaskUpdate', { taskId: '3', status: 'completed' })).toBe('3 completed');
    expect(toolTitle('Bash', { command: 'x'.repeat(10_000) }).length).toBeLessThanOrEqual(300);
  });

  it('is never cut inside a character', () => {
    for (let spaces = 590; spaces <= 600; spaces++) {
      const title = toolTitle('Bash', { command: `${' '.repeat(spaces)}🙂🙂🙂🙂` });
      expect(Buffer.from(title).toString()).toBe(title);
    }
  });

  it('never throws, whatever the tool’s input', () => {
    const names = fc.constantFrom('Bash', 'TodoWrite', 'AskUserQuestion', 'TaskUpdate', 'Unheard');
    const key = fc.constantFrom('todos', 'questions', 'command', 'taskId');
    fc.assert(
      fc.property(names, fc.dictionary(key, fc.jsonValue()), (name, input) => {
        expect(typeof toolTitle(name, input)).toBe('string');
      }),
    );
  });
});

describe('starting Claude Code', () => {
  it('puts the flags and the session to resume after the command', () => {
    const claude = createClaude({});
    const settings = ['--settings', '{"autoContinueAtUsageLimit":false}'];
    expect(claude.launch({ command: ['/bin/claude'], flags: ['--x'] })).toEqual([
      '/bin/claude',
      '--x',
      ...settings,
    ]);
    expect(claude.launch({ command: ['/bin/claude'], flags: [], resume: 'id' })).toEqual([
      '/bin/claude',
      ...settings,
      '--resume',
      'id',
    ]);
  });

  it('passes no settings when the user passes some', () => {
    for (const flags of [['--settings', '/my.json'], ['--settings=/my.json']]) {
      expect(createClaude({}).launch({ command: ['/bin/claude'], flags })).toEqual(['/bin/claude', ...flags]);
    }
  });
});
