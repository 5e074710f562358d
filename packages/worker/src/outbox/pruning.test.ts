import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@ccbot/shared/fixtures/until';
import { openStore, type Store } from '../store/open';
import { outboxKey } from './keys';
import { NO_THREAD } from './model';
import { keepPruning } from './pruning';
import { createViewQueue, type ViewQueue } from './store';

const DAY_MS = 86_400_000;
const NOW = 400 * DAY_MS;

let dir: string;
let store: Store;
let views: ViewQueue;
let stopping: AbortController;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-pruning-'));
  store = openStore(join(dir, 'ccbot.db'), () => NOW);
  views = createViewQueue(store, () => undefined);
  stopping = new AbortController();
});

afterEach(() => {
  stopping.abort();
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

const post = (name: string, at: number, footer = ''): void =>
  views.post(7, outboxKey(name), { part: 0, message: at, hash: 'h', file: '', thread: NO_THREAD }, at, {
    own: '[]',
    footer,
    session: null,
  });

const count = (): number =>
  Number((store.db.prepare('SELECT count(*) AS n FROM posted').get() as { n: number }).n);

const start = (onLog: (text: string) => void = () => undefined): Promise<void> =>
  keepPruning(
    {
      disk: { store, views, filesDir: dir, retryWhileFull: () => Promise.resolve() },
      clock: { now: () => NOW, chance: () => 0 } as never,
      log: (_, text) => onLog(text),
    },
    stopping.signal,
  );

it('forgets a year of messages in steps, and keeps those of a week, those with a footer and those with a newer view', async () => {
  store.tx(() => {
    for (let i = 1; i <= 1_700; i++) post(`old ${i}`, i);
  });
  post('footed', 1, '[["x"]]');
  post('queued', 1);
  views.put({ chatId: 7, thread: NO_THREAD, key: outboxKey('queued'), view: { parts: [] }, class: 'card' });
  post('recent', NOW - 6 * DAY_MS);
  void start();
  await until(() => count() === 3);
  expect(views.posted(7, outboxKey('recent'))).toHaveLength(1);
  expect(views.posted(7, outboxKey('queued'))).toHaveLength(1);
  expect(views.footed(7)).toHaveLength(1);
});

it('deletes a bounded number at once', () => {
  store.tx(() => {
    for (let i = 1; i <= 30; i++) post(`old ${i}`, i);
  });
  expect(views.prune(NOW, 20)).toBe(20);
  expect(views.prune(NOW, 20)).toBe(10);
  expect(views.prune(NOW, 20)).toBe(0);
});

it('continues after an error, and ends when it is told to', async () => {
  const logged: string[] = [];
  const broken = new Promise<void>((resolve) => {
    views = {
      ...views,
      prune: () => {
        resolve();
        throw new Error('no room');
      },
    };
  });
  const running = start((text) => logged.push(text));
  await broken;
  stopping.abort();
  await running;
  expect(logged).toEqual(['posted messages not pruned']);
});
