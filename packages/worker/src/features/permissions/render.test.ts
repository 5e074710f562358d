import { BUTTON_DATA_MAX, buttonData, readButton } from '../../cards/button';
import { requestButton } from './buttons';
import fc from 'fast-check';
import { claudeShapes } from '../../agents/claude/shapes';
import { permissionRequests } from '../../agents/permission';
import { anyText } from '../../fixtures/arbitrary-card';
import { objectionsTo } from '../../fixtures/strict-view';
import { actsWhenTapped } from '../../fixtures/tappable';
import { readAction, writeAction } from './button-codec';
import { newCopy, type AgentRequest, type RequestAction } from './model';
import { noAnswers } from './questions';
import { renderFile, renderRequest } from './render';
import { wordsIn } from '../../words/words';
import { requestWords } from './words/words';

const parseButton = (data: string) => readButton(new Map([[requestButton.verb, requestButton]]), data);

const port = permissionRequests({
  limitMs: null,
  subAgentLimitMs: null,
  planModes: ['default', 'acceptEdits'],
  shapes: claudeShapes,
  title: () => '',
});
const requestFor = (
  tool_name: string,
  tool_input: object,
  more: Partial<AgentRequest> = {},
  payload: object = {},
): AgentRequest => {
  const asked = port.read({ tool_name, tool_input, ...payload });
  if (asked === null) throw new Error('the payload asks for nothing');
  return {
    ...{
      id: 12,
      nonce: 'n'.repeat(16),
      request: 'r',
      session: 's',
      copies: [newCopy(7)],
      name: 'demo',
      at: 0,
      asked,
      phase: 'open',
    },
    ...{ attached: true, touchedAt: 0, reminded: false },
    ...(asked.what.kind === 'questions' ? { answers: noAnswers(asked.what.questions) } : {}),
    ...more,
  };
};
const shown = (request: AgentRequest, chatId = 7) =>
  renderRequest(
    request,
    request.copies.find((copy) => copy.chatId === chatId) ?? newCopy(chatId),
    wordsIn('en').of(requestWords),
    (other) => `N${other}`,
  );
const text = (request: AgentRequest, chatId?: number): string =>
  shown(request, chatId)
    .parts.map((part) => part.text)
    .join('\n---\n');
const labels = (request: AgentRequest, chatId?: number): string[] =>
  (shown(request, chatId).parts.at(-1)?.buttons ?? []).flat().map((button) => button.text);

describe('a request as it is shown', () => {
  it('is accepted by Telegram, whatever an agent writes', () => {
    fc.assert(
      fc.property(anyText(), anyText(), anyText(), (a, b, c) => {
        const option = { label: a || 'x', description: b, preview: c };
        for (const request of [
          requestFor('Bash', { command: a, description: b, extra: c }),
          requestFor('Edit', { file_path: a, old_string: b, new_string: c }),
          requestFor('Write', { file_path: a, content: b }, { name: c }),
          requestFor('WebFetch', { url: a, prompt: b }),
          requestFor('AskUserQuestion', {
            questions: [{ question: a || 'q', header: b, options: [option] }],
          }),
          requestFor('ExitPlanMode', { plan: c }),
        ]) {
          expect(objectionsTo(shown(request))).toEqual([]);
          expect(shown(request).parts.length).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('shows the start and the end of a long command, and sends all of it as a file', () => {
    const lines = Array.from({ length: 2_000 }, (_, i) => `echo line number ${i}`);
    const request = requestFor('Bash', { command: lines.join('\n'), timeout: 5 }, { fit: 'file' });
    const message = text(request);
    expect(message).toMatch(/^🔐 demo wants to run \(Bash\)\n\necho line number 0\n/);
    expect(message).toMatch(/\n⟨characters left out here: \d+⟩\n/);
    expect(message).toContain('echo line number 1999\n\ntimeout: 5\n\nThe whole request is being sent');
    expect(labels(request)).toEqual(['✗ Deny', '✗ Deny and say why…']);
    const file = renderFile(request, wordsIn('en').of(requestWords)).parts[0]?.file;
    expect(file).toMatchObject({ name: 'request-12.txt', as: 'document' });
    const bytes = file !== undefined && 'bytes' in file.content ? file.content.bytes : new Uint8Array();
    expect(new TextDecoder().decode(bytes)).toContain(lines.join('\n'));
  });

  it('has the tool, and all of its fields, whatever they are named and contain', () => {
    const input = {
      path: '/a',
      content: 'x\n"y',
      dry_run: false,
      mode: null,
      tags: [],
      note: '',
      'a: b': { c: [1] },
    };
    expect(text(requestFor('mcp__files__write', input))).toBe(
      [
        '🔐 demo wants to use mcp__files__write',
        '',
        'path: "/a"',
        'content: "x\\n',
        '\\"y"',
        'dry_run: false',
        'mode: null',
        'tags: []',
        'note: ""',
        '"a: b": {',
        '  "c": [',
        '    1',
        '  ]',
        '}',
      ].join('\n'),
    );
    const patch = requestFor('Bash', { command: '*** Begin Patch\nrm -rf ~', run_in_background: false });
    expect(text(patch)).toBe(
      '🔐 demo wants to run (Bash)\n\n*** Begin Patch\nrm -rf ~\n\nrun_in_background: false',
    );
    expect(text(requestFor('WebFetch', { url: 'http://a', prompt: '' }))).toContain('http://a\n\nprompt: ""');
    expect(text(requestFor('ExitPlanMode', { plan: '' }))).toContain('plan: ""');
    const odd = `mcp__${'x'.repeat(100)}`;
    expect(text(requestFor(odd, {}))).toContain(`\n\ntool:\n${odd}\n\n{}`);
  });

  it('warns of characters that are not what they seem', () => {
    expect(text(requestFor('Bash', { command: 'rm \u202e-rf' }))).toBe(
      '🔐 demo wants to run (Bash)\n\n⚠ It contains invisible, control or direction characters. ' +
        'They are printed as ⟨U+…⟩.\n\nrm ⟨U+202E⟩-rf',
    );
    expect(text(requestFor('mcp__a', { x: '\u001b' }))).toContain('⚠ It contains invisible');
    expect(text(requestFor('Bash', { command: 'rm א' }))).toContain('⚠ It contains letters that are written');
    const reversed = '⚠ It contains letters that are written';
    expect(text(requestFor('mcp__א', {}))).toContain(reversed);
    const named = { agent_id: '1', agent_type: 'א' };
    expect(text(requestFor('Bash', { command: 'ls' }, {}, named))).toContain(reversed);
    const rules = [{ toolName: 'Bash', ruleContent: 'rm א' }];
    const always = { type: 'addRules', behavior: 'allow', destination: 'session', rules };
    const offered = requestFor('Bash', { command: 'ls' }, {}, { permission_suggestions: [always] });
    expect(text(offered)).toContain(reversed);
    expect(labels(offered)).toContain('✓ Always rm א (this session)');
    expect(text(requestFor('ExitPlanMode', { plan: 'a\u200bb' }))).toContain('a⟨U+200B⟩b');
    expect(text(requestFor('AskUserQuestion', { questions: [{ question: 'a\u200bb' }] }))).toContain(
      'a⟨U+200B⟩b',
    );
    expect(text(requestFor('Bash', { command: 'ls' }))).not.toContain('⚠');
  });

  it('has nothing that acts when it is tapped, and stays as it was written', () => {
    const words = 'To continue: /allow or tg://resolve?domain=x and **/kill** too';
    const question = { question: words, options: [{ label: '/allow', description: words, preview: words }] };
    for (const request of [
      requestFor('Bash', { command: words, description: words }),
      requestFor('WebFetch', { url: words, prompt: words }),
      requestFor('ExitPlanMode', { plan: words }),
      requestFor('ExitPlanMode', { plan: `${words}\n`.repeat(30) }),
      requestFor('AskUserQuestion', { questions: [question] }),
      requestFor('/allow', { words }),
      requestFor('Bash', { command: 'ls' }, {}, { agent_id: '1', agent_type: '/allow' }),
    ]) {
      const view = shown(request);
      expect(objectionsTo(view)).toEqual([]);
      expect(view.parts.flatMap(actsWhenTapped)).toEqual([]);
      expect(text(request)).toContain('/allow');
    }
    expect(text(requestFor('ExitPlanMode', { plan: words }))).toContain(`\n\n${words}`);
  });

  it('is compared in a moment, however much its edits change', () => {
    const lines = (count: number, step: number): string =>
      Array.from({ length: count }, (_, i) => String.fromCharCode(97 + ((i * step) % 26))).join('\n');
    for (const [edits, count] of [
      [1, 30_000],
      [100, 600],
    ] as const) {
      const change = { old_string: lines(count, 7), new_string: lines(count, 11) };
      const request = requestFor('MultiEdit', {
        file_path: '/a',
        edits: Array.from({ length: edits }, () => change),
      });
      const before = process.cpuUsage();
      expect(text(request)).toContain('old_string:');
      // With twenty times as many changes it took a minute.
      expect(process.cpuUsage(before).user).toBeLessThan(5_000_000); // µs
    }
  });

  it('shows all of an edit, whatever its ends of lines and of files', () => {
    const edited = (before: string, after: string, diff?: string): string =>
      text(
        requestFor(
          'Edit',
          { file_path: '/a', old_string: before, new_string: after },
          diff === undefined ? {} : { diff },
        ),
      )
        .split('\n\n')
        .slice(1)
        .join('\n\n');
    expect(edited('two', '2')).toBe('/a\n\n-two\n+2\n\nreplace_all: false');
    expect(edited('a\n', 'a')).toBe('/a\n\n a\n-\n\nreplace_all: false');
    expect(edited('a\r\nb', 'a \nb')).toContain('/a\n\n-a⟨U+000D⟩\n+a⟨space⟩\n b\n\nreplace_all: false');
    expect(edited('two', '2', ' one\n-two\n+2\n three')).toBe(
      '/a\n\n one\n-two\n+2\n three\n\nreplace_all: false',
    );
    expect(edited('a\n\n', 'b\n\n')).toContain('-a\n+b\n \n ⟨empty⟩\n\n');
    // The diff of the file leaves out what the edit replaces by itself.
    expect(edited('b\nc\ntwo', 'b\nc\n2', '@@ 3 @@\n c\n-two\n+2')).toBe(
      '/a\n\n b\n c\n-two\n+2\n\nreplace_all: false',
    );
    expect(edited('same', 'same')).toBe('/a\n\nold_string:\nsame\n\nnew_string:\nsame\n\nreplace_all: false');
  });

  it('shows what a write would change, and all that it would write', () => {
    const written = (content: string, diff?: string): string =>
      text(requestFor('Write', { file_path: '/a', content }, diff === undefined ? {} : { diff }))
        .split('\n\n')
        .slice(1)
        .join('\n\n');
    expect(written('one\n2\n', ' one\n-two\n+2')).toBe('/a\n\n one\n-two\n+2');
    expect(written('one\n2', ' one\n-two\n+2\n\\ No newline at end of file')).toContain(
      '+2\n\\ No newline at end of file',
    );
    expect(written('one\n2\n', '@@ 2 @@\n-two\n+2')).toBe(
      '/a\n\n@@ 2 @@\n-two\n+2\n\ncontent:\none\n2⟨newline⟩',
    );
    expect(written('one\n2', ' one\n-two\n+2')).toContain('content:\none\n2');
    expect(written('')).toBe('/a\n\n⟨empty⟩');
  });

  it('shows the markup of a plan, so that nothing in it hides', () => {
    const plan = '# Plan\n\n1. Do **this**, see [docs](https://evil.example)\n<!-- and `that` -->';
    const request = requestFor('ExitPlanMode', {
      plan,
      allowedPrompts: [{ tool: 'Bash', prompt: 'anything' }],
    });
    expect(text(request)).toContain(plan);
    expect(text(request)).toContain('allowedPrompts: [');
    expect(shown(request).parts[0]?.entities.map(({ type }) => type)).toEqual([
      'bold',
      'bold',
      'bold',
      'code',
      'pre',
    ]);
  });

  it('says in words what “Always” allows', () => {
    const permission_suggestions = [
      {
        type: 'addRules',
        rules: [{ toolName: 'Bash', ruleContent: 'npm run *' }],
        behavior: 'allow',
        destination: 'localSettings',
      },
      { type: 'addDirectories', directories: ['/srv'], destination: 'session' },
      { type: 'setMode', mode: 'acceptEdits', destination: 'session' },
    ];
    expect(labels(requestFor('Bash', { command: 'npm run x' }, {}, { permission_suggestions }))).toEqual([
      '✓ Allow',
      '✗ Deny',
      '✓ Always npm run * (this project)',
      '✓ Always in /srv (this session)',
      '✓ Switch to: accept edits (this session)',
      '✗ Deny and say why…',
    ]);
  });

  it('says in the message what “Always” allows where a button cannot name it', () => {
    const rule = (toolName: string, ruleContent: string) => ({
      type: 'addRules',
      rules: [{ toolName, ruleContent }],
      behavior: 'allow',
      destination: 'localSettings',
    });
    const long = `npm run ${'x'.repeat(40)}`;
    const shownWith = (...permission_suggestions: object[]): string =>
      text(requestFor('Bash', { command: 'x' }, {}, { permission_suggestions }));
    expect(shownWith(rule('Bash', 'npm run *'))).not.toContain('“Always”');
    expect(shownWith(rule('Bash', long))).toContain(`“Always” allows:\nBash(${long})`);
    expect(shownWith(rule('Bash', 'a\u202eb'))).toContain('“Always” allows:\nBash(a⟨U+202E⟩b)');
    expect(
      labels(requestFor('Bash', { command: 'x' }, {}, { permission_suggestions: [rule('Edit', '*')] })),
    ).toContain('✓ Always Edit(*) (this project)');
    const mode = { type: 'setMode', mode: 'anything', destination: 'session' };
    expect(shownWith(mode)).toContain('“Always” allows:\nanything');
  });

  it('claims no answer at the terminal to a question that the agent may have given up', () => {
    const questions = [{ question: 'Which?', header: 'h', multiSelect: false, options: [] }];
    const request = requestFor('AskUserQuestion', { questions });
    const over = text({ ...request, phase: 'closed', outcome: 'elsewhere' });
    expect(over).toContain('or its time limit passed');
    expect(over).not.toContain('Answered at the terminal');
  });

  it('says of a question what the agent recorded: an answer at the terminal, or none in its time', () => {
    const questions = [{ question: 'Which?', header: 'h', multiSelect: false, options: [] }];
    const request = requestFor('AskUserQuestion', { questions });
    expect(text({ ...request, phase: 'closed', outcome: 'answered' })).toContain('Answered at the terminal');
    const given = text({ ...request, phase: 'closed', outcome: 'unanswered' });
    expect(given).toContain('Nobody answered');
    expect(given).not.toContain('terminal');
  });

  it('has no buttons after the decision, and only Cancel while we wait for a text', () => {
    const request = requestFor('Bash', { command: 'x' });
    expect(labels({ ...request, phase: 'closed', outcome: 'elsewhere' })).toEqual([]);
    expect(text({ ...request, phase: 'closed', outcome: 'elsewhere' })).toContain('Answered at the terminal');
    expect(labels({ ...request, copies: [{ ...newCopy(7), writing: { what: 'reason', at: 0 } }] })).toEqual([
      '← Cancel',
    ]);
  });
});

it('tells each of several users who answered, and who is writing', () => {
  const request = requestFor('Bash', { command: 'x' }, { copies: [newCopy(7), newCopy(8)] });
  const writing = {
    ...request,
    copies: [newCopy(7), { ...newCopy(8), writing: { what: 'reason' as const, at: 0 } }],
  };
  expect(text(writing, 7)).toContain('N8 is writing an answer.');
  expect(labels(writing, 7)).toContain('✓ Allow');
  expect(labels(writing, 8)).toEqual(['← Cancel']);
  const over: AgentRequest = {
    ...request,
    phase: 'closed',
    outcome: 'taken',
    by: 8,
    decision: { do: 'allow' },
  };
  expect([7, 8].map((chatId) => text(over, chatId).split('\n').at(-1))).toEqual([
    'Answered by N8: Allow',
    '✓ Allowed.',
  ]);
  expect([7, 8].flatMap((chatId) => labels(over, chatId))).toEqual([]);
  const waits: AgentRequest = { ...over, phase: 'decided' };
  expect(text(waits, 7)).toContain('Answered by N8: Allow\n⏳ Waiting for the agent');
});

describe('the buttons of a request', () => {
  it('are read back as they were written, within the limit of Telegram', () => {
    const n = fc.nat(9_999);
    const anyAction: fc.Arbitrary<RequestAction> = fc.oneof(
      fc
        .constantFrom<RequestAction['act']>('allow', 'deny', 'reason', 'back', 'cancel', 'again', 'unmask')
        .map((a) => ({ act: a }) as RequestAction),
      fc.record({ act: fc.constantFrom('always' as const, 'approve' as const, 'page' as const), n }),
      fc.record({ act: fc.constantFrom('done' as const, 'other' as const), question: n }),
      fc.record({ act: fc.constant('choose' as const), question: n, option: n }),
    );
    fc.assert(
      fc.property(anyAction, fc.nat(), (action, request) => {
        const nonce = 'n'.repeat(16);
        const data = buttonData(requestButton, { request, nonce, action });
        expect(Buffer.byteLength(data)).toBeLessThanOrEqual(BUTTON_DATA_MAX);
        expect(parseButton(data)).toEqual({ do: 'request', request, nonce, action });
        expect(readAction(writeAction(action))).toEqual(action);
      }),
    );
  });

  it('are read without a nonce as an earlier ccbot wrote them', () => {
    expect(parseButton('ask:1:y')).toEqual({
      do: 'request',
      request: 1,
      nonce: '',
      action: { act: 'allow' },
    });
  });

  it.each([
    'ask:1',
    'ask:1:',
    'ask:x:y',
    'ask:1:o1',
    'ask:1:zz',
    'ask:1:y1',
    'ask:1:w',
    'all:s:ever',
    'ask:1:short:y',
    `ask:1:${'n'.repeat(16)}`,
    `ask:1:${'n'.repeat(16)}:y:y`,
    'ask:1:o1.2.3',
  ])('are ignored when they are forged: %s', (data) => expect(parseButton(data)).toBeNull());
});
