import fc from 'fast-check';
import { claudeShapes } from './claude/shapes';
import { toolTitle } from './claude/title';
import { codexShapes } from './codex/shapes';
import type { RequestDecision, RequestContent } from './model';
import { permissionRequests } from './permission';

const port = permissionRequests({
  limitMs: null,
  subAgentLimitMs: 600_000,
  planModes: ['default', 'acceptEdits'],
  shapes: claudeShapes,
  title: toolTitle,
});
const codexPort = permissionRequests({
  limitMs: null,
  subAgentLimitMs: null,
  planModes: [],
  shapes: codexShapes,
  title: () => '',
});
const read = (tool_name: string, tool_input: unknown, more: object = {}): RequestContent => {
  const request = port.read({ hook_event_name: 'PermissionRequest', tool_name, tool_input, ...more });
  if (request === null) throw new Error('it asks nothing');
  return request;
};
const decision = (request: RequestContent, what: RequestDecision): unknown => {
  const out = JSON.parse(port.answer(request, what)) as { hookSpecificOutput: Record<string, unknown> };
  expect(out.hookSpecificOutput['hookEventName']).toBe('PermissionRequest');
  return out.hookSpecificOutput['decision'];
};

describe('a permission request', () => {
  it.each([
    ['Bash', { command: 'ls -l', description: 'look' }, { type: 'command', command: 'ls -l' }],
    [
      'Edit',
      { file_path: '/a', old_string: 'x', new_string: '', replace_all: true },
      { type: 'edit', path: '/a', edits: [{ before: 'x', after: '', all: true }] },
    ],
    [
      'MultiEdit',
      {
        file_path: '/a',
        edits: [
          { old_string: 'x', new_string: 'y' },
          { old_string: 'p', new_string: 'q' },
        ],
      },
      {
        type: 'edit',
        path: '/a',
        edits: [
          { before: 'x', after: 'y', all: false },
          { before: 'p', after: 'q', all: false },
        ],
      },
    ],
    ['Write', { file_path: '/a', content: '' }, { type: 'write', path: '/a', content: '' }],
    ['NotebookEdit', { notebook_path: '/n', new_source: 's' }, { type: 'cell', path: '/n', source: 's' }],
    [
      'Bash',
      { command: '*** Begin Patch\nrm -rf ~' },
      { type: 'command', command: '*** Begin Patch\nrm -rf ~' },
    ],
    [
      'WebFetch',
      { url: 'https://a.b', prompt: 'sum up' },
      { type: 'fetch', url: 'https://a.b', prompt: 'sum up' },
    ],
  ])('has a subject of its own for %s', (tool, input, subject) => {
    expect(read(tool, input).what).toMatchObject({ kind: 'permission', subject });
  });

  it.each([
    ['Bash', { command: 'make' }, { type: 'command', command: 'make' }],
    ['exec_command', { cmd: 'make' }, { type: 'command', command: 'make' }],
    ['apply_patch', { command: '*** Begin Patch\n…' }, { type: 'patch', patch: '*** Begin Patch\n…' }],
    ['apply_patch', { input: '*** Begin Patch\n…' }, { type: 'patch', patch: '*** Begin Patch\n…' }],
    ['Write', { file_path: '/a', content: 'x' }, { type: 'tool' }],
  ])('has a subject of its own for %s of Codex', (tool_name, tool_input, subject) => {
    expect(codexPort.read({ tool_name, tool_input })?.what).toMatchObject({ kind: 'permission', subject });
  });

  it.each([
    ['mcp__files__write', { path: '/a', content: 'x', dry_run: false, mode: null, tags: [], note: '' }],
    ['mcp__files__Write', { file_path: '/a', content: 'x' }],
    ['mcp__db__query', { command: 'drop' }],
    ['constructor', { command: 'ls' }],
    ['Bash', { command: ['git', 'push'] }],
    ['Bash', { cmd: 'ls' }],
    ['Edit', { file_path: '/a', old_string: 'x', new_string: 'y', replace_all: 'yes' }],
    ['MultiEdit', { file_path: '/a', edits: [{ old_string: 'x', new_string: 'y', mode: 7 }] }],
    ['MultiEdit', { file_path: '/a', edits: [{ old_string: 'x', new_string: 'y' }, 7] }],
    ['WebFetch', { url: 'https://a.b', prompt: 7 }],
    ['Odd', 'not an object'],
    ['Odd', ['a', 'list']],
    ['Odd', null],
    ['Odd', {}],
  ])('is shown as the tool with its whole input: %s %j', (tool, input) => {
    expect(read(tool, input).what).toMatchObject({
      kind: 'permission',
      purpose: '',
      subject: { type: 'tool', input },
      extra: {},
    });
  });

  it('has every field that its subject does not show, whatever the value', () => {
    const others = {
      dangerouslyDisableSandbox: true,
      run_in_background: false,
      timeout: null,
      host: '',
      'odd key': [],
    };
    expect(read('Bash', { command: 'x', description: 'why', ...others }).what).toMatchObject({
      purpose: 'why',
      extra: others,
    });
    expect(read('Bash', { command: 'x', description: '' }).what).toMatchObject({
      extra: { description: '' },
    });
    expect(read('Bash', { command: 'x', description: 7 }).what).toMatchObject({ extra: { description: 7 } });
    const edit = { file_path: '/a', old_string: 'x', new_string: 'y', replace_all: false, mode: 7 };
    expect(read('Edit', edit).what).toMatchObject({ extra: { mode: 7 } });
    const cell = { notebook_path: '/n', new_source: 's', edit_mode: 'delete', cell_id: null };
    expect(read('NotebookEdit', cell).what).toMatchObject({ extra: { edit_mode: 'delete', cell_id: null } });
  });

  it('has a purpose, the title of the card’s row, and the sub-agent that asks', () => {
    const request = read(
      'Bash',
      { command: 'ls', description: 'look' },
      { agent_id: 'a1', agent_type: 'Explore' },
    );
    expect(request).toMatchObject({
      title: 'ls',
      subAgent: { id: 'a1', type: 'Explore' },
      what: { purpose: 'look' },
    });
    const mainRequest = read('Bash', { command: 'ls' });
    expect(mainRequest).not.toHaveProperty('subAgent');
    expect([port.limitMs(mainRequest), port.limitMs(request)]).toEqual([null, 600_000]);
  });

  it('offers the suggestions that it knows, each by its index', () => {
    const permission_suggestions = [
      { type: 'somethingNew' },
      {
        type: 'addRules',
        rules: [{ toolName: 'Bash', ruleContent: 'npm run *' }, { toolName: 'WebSearch' }],
        behavior: 'allow',
        destination: 'localSettings',
      },
      { type: 'addRules', rules: [{ toolName: 'Bash' }], behavior: 'deny', destination: 'session' },
      { type: 'addDirectories', directories: ['/d'], destination: 'session' },
      { type: 'setMode', mode: 'acceptEdits', destination: 'session' },
      { type: 'addRules', rules: [], behavior: 'allow', destination: 'session' },
      null,
      { type: 'setMode', mode: 'auto', destination: 'everyone' },
      { type: 'setMode', mode: 'auto', destination: 'session', also: 'x' },
      { type: 'addDirectories', directories: ['/d', 7], destination: 'session' },
      { type: 'addRules', rules: [{ toolName: 'Bash', deny: 1 }], behavior: 'allow', destination: 'session' },
      { type: 'addRules', rules: [{ toolName: 'Bash(ls)' }], behavior: 'allow', destination: 'session' },
    ];
    const request = read('Bash', { command: 'npm run x' }, { permission_suggestions });
    expect(request.what).toMatchObject({
      always: [
        { index: 1, means: 'rules', names: ['Bash(npm run *)', 'WebSearch'], reach: 'project' },
        { index: 3, means: 'directories', names: ['/d'], reach: 'session' },
        { index: 4, means: 'mode', names: ['acceptEdits'], reach: 'session' },
      ],
    });
    expect(decision(request, { do: 'always', index: 3 })).toEqual({
      behavior: 'allow',
      updatedPermissions: [permission_suggestions[3]],
    });
  });

  const questions = [
    {
      question: 'Which?',
      header: 'H',
      multiSelect: true,
      options: [{ label: 'A', description: 'a' }, { label: '' }],
    },
  ];
  it('can hold questions, and their answer carries them back', () => {
    const request = read('AskUserQuestion', { questions });
    expect(request.what).toEqual({
      kind: 'questions',
      questions: [
        {
          question: 'Which?',
          header: 'H',
          multi: true,
          options: [{ label: 'A', description: 'a', preview: '' }],
        },
      ],
    });
    expect(decision(request, { do: 'answer', answers: { 'Which?': 'A' } })).toEqual({
      behavior: 'allow',
      updatedInput: { questions, answers: { 'Which?': 'A' } },
    });
  });

  it('can hold a plan, which the user approves into a mode', () => {
    const input = { plan: '# P', planFilePath: '/p.md' };
    const request = read('ExitPlanMode', input);
    expect(request.what).toEqual({
      kind: 'plan',
      plan: '# P',
      extra: { planFilePath: '/p.md' },
      modes: ['default', 'acceptEdits'],
    });
    expect(decision(request, { do: 'approve', mode: 'acceptEdits' })).toEqual({
      behavior: 'allow',
      updatedInput: input,
      updatedPermissions: [{ type: 'setMode', mode: 'acceptEdits', destination: 'session' }],
    });
    expect(read('ExitPlanMode', {}).what).toMatchObject({ kind: 'plan', plan: '' });
  });

  it('is allowed or denied unchanged', () => {
    const request = read('Bash', { command: 'ls' });
    expect(decision(request, { do: 'allow' })).toEqual({ behavior: 'allow' });
    expect(decision(request, { do: 'deny', message: 'no' })).toEqual({ behavior: 'deny', message: 'no' });
  });

  it('is null without a tool or its input, and never an error, whatever the payload', () => {
    expect(port.read({})).toBeNull();
    expect(port.read({ tool_name: 'Bash' })).toBeNull();
    fc.assert(
      fc.property(
        fc.constantFrom('Bash', 'AskUserQuestion', 'ExitPlanMode', 'x'),
        fc.jsonValue(),
        fc.jsonValue(),
        (tool, input, suggestions) => {
          const request = read(tool, input, { permission_suggestions: suggestions });
          expect(typeof request.title).toBe('string');
          decision(request, { do: 'allow' });
        },
      ),
    );
  });
});
