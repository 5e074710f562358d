import fc from 'fast-check';
import { toolTitle } from './claude/title';
import type { RequestDecision, RequestContent } from './model';
import { permissionRequests } from './permission';

const port = permissionRequests({
  limitMs: null,
  subAgentLimitMs: 600_000,
  planModes: ['default', 'acceptEdits'],
  title: toolTitle,
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
    ['shell', { command: ['git', 'push'] }, { type: 'command', command: 'git push' }],
    ['exec_command', { cmd: 'make' }, { type: 'command', command: 'make' }],
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
    ['NotebookEdit', { notebook_path: '/n', new_source: 's' }, { type: 'write', path: '/n', content: 's' }],
    ['apply_patch', { input: '*** Begin Patch\n…' }, { type: 'patch', patch: '*** Begin Patch\n…' }],
    ['apply_patch', { command: ['*** Begin Patch\n…'] }, { type: 'patch', patch: '*** Begin Patch\n…' }],
    [
      'WebFetch',
      { url: 'https://a.b', prompt: 'sum up' },
      { type: 'fetch', url: 'https://a.b', prompt: 'sum up' },
    ],
    ['mcp__db__query', { sql: 'drop' }, { type: 'tool', input: '{\n  "sql": "drop"\n}' }],
    ['Odd', 'not an object', { type: 'tool', input: '{}' }],
  ])('has a subject by the fields of %s', (tool, input, subject) => {
    expect(read(tool, input).what).toMatchObject({ kind: 'permission', subject });
  });

  it('shows all other input of a tool', () => {
    const given = {
      command: 'x',
      description: 'why',
      dangerouslyDisableSandbox: true,
      host: 'prod',
      quiet: false,
    };
    expect(read('Bash', given).what).toMatchObject({ extra: 'dangerouslyDisableSandbox: true\nhost: prod' });
    const edit = { file_path: '/a', old_string: 'x', new_string: 'y', replace_all: false, mode: 7 };
    expect(read('Edit', edit).what).toMatchObject({ extra: 'mode: 7' });
    expect(read('mcp__a__b', { a: 1 }).what).toMatchObject({ extra: '' });
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
    expect(request.what).toEqual({ kind: 'plan', plan: '# P', modes: ['default', 'acceptEdits'] });
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

  it('is null without a tool, and never an error, whatever the payload', () => {
    expect(port.read({})).toBeNull();
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
