import { BUTTON_DATA_MAX, buttonData, readButton } from '../../cards/button';
import { requestButton } from './buttons';
import fc from 'fast-check';
import { permissionRequests } from '../../agents/permission';
import { anyText } from '../../fixtures/arbitrary-card';
import { objectionsTo } from '../../fixtures/strict-view';
import { readAction, writeAction } from './button-codec';
import { newCopy, type AgentRequest, type RequestAction } from './model';
import { noAnswers } from './questions';
import { renderRequest } from './render';
import { wordsIn } from '../../words/words';
import { requestWords } from './words/words';

const parseButton = (data: string) => readButton(new Map([[requestButton.verb, requestButton]]), data);

const port = permissionRequests({
  limitMs: null,
  subAgentLimitMs: null,
  planModes: ['default', 'acceptEdits'],
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

  it('shows a long command in full, page by page in one message', () => {
    const lines = Array.from({ length: 2_000 }, (_, i) => `echo line number ${i}`);
    const request = requestFor('Bash', { command: lines.join('\n') });
    const pages = Number(/of (\d+)/.exec(text(request))?.[1]);
    expect(pages).toBeGreaterThan(3);
    const all = Array.from({ length: pages }, (_, page) =>
      shown({ ...request, copies: [{ ...newCopy(7), page }] }),
    );
    expect(all.every((view) => view.parts.length === 1)).toBe(true);
    const whole = all.map((view) => view.parts[0]?.text).join('\n');
    expect(lines.filter((line) => !whole.split('\n').includes(line))).toEqual([]);
    expect(labels(request).slice(0, 2)).toEqual([`1/${pages}`, '▶']);
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
        .constantFrom<RequestAction['act']>('allow', 'deny', 'reason', 'back', 'cancel', 'again')
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
