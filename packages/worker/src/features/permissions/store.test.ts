import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from '../../store/open';
import { newCopy, type AgentRequest } from './model';
import type { RequestStore } from './service-state';
import { createRequestStore } from './store';

let dir: string;
let store: Store;
let logged: unknown[];
let requests: RequestStore;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-requests-'));
  store = openStore(join(dir, 'ccbot.db'), Date.now);
  logged = [];
  requests = createRequestStore(store, (level, text, meta) => logged.push([level, text, meta]));
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

const request: AgentRequest = {
  id: 0,
  nonce: 'n'.repeat(16),
  request: 'request-1',
  session: 's',
  name: 'demo',
  at: 5,
  asked: {
    tool: 'Bash',
    title: 'x',
    what: {
      kind: 'permission',
      purpose: '',
      subject: { type: 'command', command: 'x' },
      extra: {},
      always: [],
    },
    raw: { input: { command: 'x' }, suggestions: [] },
  },
  phase: 'open',
  attached: true,
  touchedAt: 5,
  reminded: false,
  copies: [newCopy(7), newCopy(8)],
};

function insertRow(body: string): void {
  store.db
    .prepare('INSERT INTO asks (request, phase, at, body) VALUES (?, ?, ?, ?)')
    .run('request-1', 'open', 5, body);
}

it('stores the chats of a request and gives it an id', () => {
  const { id } = requests.add(request);
  requests.put({ ...request, id, by: 8, copies: [{ ...newCopy(7), shown: 2 }, newCopy(8)] });
  expect(requests.get(id)).toMatchObject({ id, by: 8, copies: [{ chatId: 7, shown: 2 }, { chatId: 8 }] });
});

it('reads a request from a ccbot that showed requests in one chat only', () => {
  const { copies, nonce: _nonce, ...rest } = request;
  expect(copies).toHaveLength(2);
  const old = { ...rest, chatId: 7, shown: 1, page: 3, writing: { what: 'reason', at: 6 }, lastUpdate: 41 };
  insertRow(JSON.stringify(old));
  const [read] = requests.open();
  expect(read).toEqual({
    ...rest,
    asked: {
      ...rest.asked,
      what: { ...rest.asked.what, subject: { type: 'tool', input: { command: 'x' } } },
    },
    fit: 'file',
    secrets: true,
    id: 1,
    nonce: '',
    copies: [{ chatId: 7, shown: 1, writing: { what: 'reason', at: 6 }, lastUpdate: 41 }],
  });
});

it('logs a request that cannot be read, and leaves its row where it is', () => {
  insertRow('{');
  const other = requests.add({ ...request, request: 'request-2' });
  expect(requests.open()).toEqual([other]);
  expect(requests.byRequest('request-1')).toBeUndefined();
  const reason = expect.stringContaining('SyntaxError') as string;
  const line = ['error', 'stored request unreadable', { request: 1, reason }];
  expect(logged).toEqual([line, line]);
  expect(store.db.prepare('SELECT body FROM asks WHERE id = 1').value()).toBe('{');
});
