import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newCopy, type AgentRequest } from './model';
import { createRequestStore } from './store';
import { openStore, type Store } from '../../store/open';

let dir: string;
let store: Store;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-asks-'));
  store = openStore(join(dir, 'ccbot.db'), Date.now);
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

const asked = { tool: 'Bash', title: 'x' };
const ask = {
  ...{ id: 0, request: 'request-1', session: 's', name: 'demo', at: 5, asked, phase: 'open' },
  ...{ attached: true, touchedAt: 5, reminded: false, copies: [newCopy(7), newCopy(8)] },
} as unknown as AgentRequest;

it('keeps in which chats a request is, and gives it its number', () => {
  const asks = createRequestStore(store);
  const { id } = asks.add(ask);
  asks.put({ ...ask, id, by: 8, copies: [{ ...newCopy(7), shown: 2 }, newCopy(8)] });
  expect(asks.get(id)).toMatchObject({ id, by: 8, copies: [{ chatId: 7, shown: 2 }, { chatId: 8 }] });
});

it('reads one that was kept when a request was in one chat only', () => {
  const { copies, ...rest } = ask;
  expect(copies).toHaveLength(2);
  const old = { ...rest, chatId: 7, shown: 1, page: 3, writing: { what: 'reason', at: 6 }, lastUpdate: 41 };
  store.db
    .prepare('INSERT INTO asks (request, phase, at, body) VALUES (?, ?, ?, ?)')
    .run('request-1', 'open', 5, JSON.stringify(old));
  const [read] = createRequestStore(store).open();
  expect(read).toEqual({
    ...rest,
    id: 1,
    copies: [{ chatId: 7, shown: 1, page: 3, writing: { what: 'reason', at: 6 }, lastUpdate: 41 }],
  });
});
