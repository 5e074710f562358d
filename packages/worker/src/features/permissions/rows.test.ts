import type * as z from 'zod/mini';
import type { Same } from '../../store/fixtures/same';
import { newCopy, type AgentRequest } from './model';
import { parseRequest, requestRow, type requestSchema } from './rows';

/** Compiles only while the schema and the model have the same fields, of the same types. */
const same: Same<z.output<typeof requestSchema>, AgentRequest> = true;

const request: AgentRequest = {
  id: 0,
  nonce: 'n'.repeat(16),
  request: 'request-1',
  session: 's',
  copies: [newCopy(7), { ...newCopy(8), writing: { what: 'reason', at: 6 }, lastUpdate: 41 }],
  name: 'demo',
  at: 5,
  asked: {
    tool: 'Bash',
    title: 'make',
    what: {
      kind: 'permission',
      purpose: '',
      subject: { type: 'command', command: 'make' },
      extra: {},
      always: [{ index: 0, names: ['make'], means: 'rules', reach: 'project' }],
    },
    raw: { input: { command: 'make' }, suggestions: [{ type: 'addRules', rules: [{ toolName: 'Bash' }] }] },
  },
  phase: 'open',
  attached: true,
  touchedAt: 5,
  reminded: false,
};

it('has a schema of the same type as the model', () => {
  expect(same).toBe(true);
});

it('reads what it wrote', () => {
  expect(parseRequest(requestRow(request))).toEqual({ ok: true, value: request });
});

it('reads the input of a tool unchanged, whatever the names of its fields', () => {
  const input = '{"2":"b","1":"a","__proto__":{"toString":"x"}}';
  const body = requestRow(request).replace('{"command":"make"}', () => input);
  const row = parseRequest(body);
  if (!row.ok) throw new Error(row.reason);
  expect(JSON.stringify(row.value.asked.raw.input)).toBe(JSON.stringify(JSON.parse(input)));
  expect(Object.keys(row.value.asked.raw.input)).toContain('__proto__');
});

/** As an earlier ccbot stored it: without a version, with pages, and with a text in place of the other input. */
const earlier = (what: object, raw: object, more: object = {}): string =>
  JSON.stringify({
    ...request,
    nonce: undefined,
    copies: [{ chatId: 7, shown: 0, page: 2 }],
    asked: { ...request.asked, what, raw: { input: raw, suggestions: [] } },
    ...more,
  });

it('shows the whole input of a request of an earlier ccbot, which showed a part of it', () => {
  const input = { path: '/a', content: 'x', dry_run: false };
  const what = {
    kind: 'permission',
    purpose: 'p',
    subject: { type: 'write', path: '/a', content: 'x' },
    extra: 'mode: 7',
    always: [],
  };
  expect(parseRequest(earlier(what, input))).toMatchObject({
    ok: true,
    value: {
      fit: 'file',
      secrets: true,
      copies: [newCopy(7)],
      asked: { what: { purpose: '', subject: { type: 'tool', input }, extra: {} } },
    },
  });
  expect(parseRequest(earlier(what, {}, { phase: 'closed' }))).toMatchObject({
    ok: true,
    value: { asked: { what: { purpose: 'p', subject: what.subject, extra: {} } } },
  });
  const plan = { kind: 'plan', plan: 'P', modes: ['default'] };
  expect(parseRequest(earlier(plan, { plan: 'P', allowedPrompts: [] }))).toMatchObject({
    ok: true,
    value: { fit: 'file', secrets: true, asked: { what: { plan: 'P', extra: { allowedPrompts: [] } } } },
  });
});

it('makes a copy from the only chat that an earlier ccbot stored', () => {
  const { copies, nonce: _nonce, ...old } = request;
  const row = { ...old, chatId: 8, shown: 1, page: 3, writing: copies[1]?.writing, lastUpdate: 41 };
  expect(parseRequest(JSON.stringify(row))).toMatchObject({
    ok: true,
    value: {
      nonce: '',
      copies: [{ chatId: 8, shown: 1, writing: { what: 'reason', at: 6 }, lastUpdate: 41 }],
    },
  });
  expect(parseRequest(JSON.stringify({ ...old, chatId: 7 }))).toMatchObject({
    ok: true,
    value: { nonce: '', copies: [newCopy(7)] },
  });
});

it.each([
  ['no JSON', '{', /SyntaxError/],
  ['a request of an unknown kind', requestRow(request).replace('"permission"', '"wish"'), /asked\.what/],
  ['a row of a later version', JSON.stringify({ ...request, v: 3 }), /written by a later ccbot/],
])('refuses %s and says why', (_, body, reason) => {
  expect(parseRequest(body)).toEqual({ ok: false, reason: expect.stringMatching(reason) as string });
});
