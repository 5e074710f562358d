import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTelegram, type Sandbox } from '@ccbot/sandbox/telegram/server';
import { KernelUnderTest, TOKEN } from '../../fixtures/kernel';
import { openStore, type Store } from '../../store/open';
import { saveRebuildNotice } from '../../store/rebuild-notice';
import { createSettings } from '../../store/settings';
import { wordsIn } from '../../words/words';
import { checkAccess, tellServerChanges, type AccessDeps } from './access';
import { createAccessStore } from './store';

const CHANGED = 'The list of who may use ccbot';
const SERVER = 'now uses another Bot API server';

describe('a change of the allowed users while ccbot was down', () => {
  let w: KernelUnderTest;
  beforeEach(async () => {
    w = new KernelUnderTest();
    await w.open();
    w.telegram.owner.say('/help');
    await w.until(() => w.said('/new').length > 0);
  });
  afterEach(() => w.close());
  const restart = async (settings: Record<string, string>): Promise<void> => {
    await w.stop();
    w.set(settings);
    await w.start();
    await w.rooms.outbox.flush(5_000);
  };

  it('is told to the user who was allowed before, with the id of who was added, and only once', async () => {
    expect(w.said(CHANGED)).toEqual([]);
    await restart({ ALLOWED_USERS: '7,8,9' });
    await w.until(() => w.said(CHANGED).length === 1);
    expect(w.said(CHANGED)[0]?.text).toContain('Added: 8, 9.');
    expect(w.telegram.stranger.fromBot()).toEqual([]);
    await restart({});
    expect(w.said(CHANGED)).toHaveLength(1);
  });

  it('is told to a user who was removed, without the buttons of sessions, and names who wrote before', async () => {
    await w.ready();
    await restart({ ALLOWED_USERS: '8' });
    const told = await w.until(() => w.said(CHANGED)[0]);
    expect(told.text).toContain('Added: 8.');
    expect(told.text).toContain('Removed: P (7).');
    await w.rooms.outbox.flush(5_000);
    expect(w.said(CHANGED)[0]?.keyboard).toEqual([]);
    w.telegram.stranger.say('/help');
    await w.until(() => w.telegram.stranger.fromBot().length > 0);
    // The change back is told to the one who was allowed meanwhile.
    await restart({ ALLOWED_USERS: '7' });
    await w.until(() => w.telegram.stranger.fromBot().some(({ text }) => text.includes('Removed: Q (8)')));
    expect(w.said(CHANGED)).toHaveLength(1);
  });

  it('is told as the whole list when what was remembered is unreadable', async () => {
    w.rooms.settings.set('trust', 'access', '{"users":"all"}');
    await restart({ ALLOWED_USERS: '7,8' });
    const told = await w.until(() => w.said('no longer knows who was allowed before')[0]);
    expect(told.text).toContain('Allowed now: P (7), 8.');
  });
});

describe('a change of the server while ccbot was down', () => {
  let w: KernelUnderTest;
  let next: Sandbox;
  const person = (id: number) => ({ id, is_bot: false, first_name: 'P' });
  beforeEach(async () => {
    w = new KernelUnderTest();
    await w.open();
    w.telegram.owner.say('/help');
    await w.until(() => w.said('/new').length > 0);
    next = await startTelegram({ token: TOKEN, owner: person(7), stranger: person(8) });
    next.owner.say('hi');
  });
  afterEach(async () => {
    await w.close();
    await next.close();
  });
  const move = async (apiRoot: string): Promise<void> => {
    await w.stop();
    w.set({ TELEGRAM_API_ROOT: apiRoot });
    await w.start();
  };

  it('is told through the previous server, which whoever changed the settings does not own', async () => {
    const before = w.telegram.apiRoot;
    await move(next.apiRoot);
    const told = await w.until(() => w.said(SERVER)[0]);
    expect(told.text).toContain(`${next.apiRoot}, before ${before}`);
    expect(told.text).toContain('through the previous server');
    await w.eventually(() => createAccessStore(w.rooms.settings).serverChanges().length === 0);
    await w.rooms.outbox.flush(5_000);
    expect(next.owner.fromBot().filter(({ text }) => text.includes(SERVER))).toEqual([]);
  });

  it('is told through the new server when the previous one refuses', async () => {
    // The bot has left that server.
    const gone: Server = createServer((_, response) => {
      response.statusCode = 401;
      response.end('{"ok":false,"error_code":401,"description":"Unauthorized: logged out"}');
    });
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const store = createAccessStore(w.rooms.settings);
    store.remember({ users: [7], apiRoot: `http://127.0.0.1:${(gone.address() as AddressInfo).port}` });
    await move(next.apiRoot);
    const told = await next.waitFor(() => next.owner.fromBot().find(({ text }) => text.includes(SERVER)));
    expect(told.text).toContain('came through the new one');
    gone.closeAllConnections();
    await new Promise((resolve) => gone.close(resolve));
  });
});

describe('what is remembered', () => {
  let dir: string;
  let store: Store;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ccbot-access-'));
    store = openStore(join(dir, 'ccbot.db'), Date.now);
  });
  afterEach(() => {
    store.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const queued: { chatId: number; text: string }[] = [];
  beforeEach(() => void queued.splice(0));

  const deps = (current: AccessDeps['current'], more: Partial<AccessDeps> = {}): AccessDeps => ({
    current,
    place: { host: 'box', settingsFile: '/home/me/.ccbot/.env' },
    disk: { store, access: createAccessStore(createSettings(store)) },
    chats: {
      people: { wordsOf: () => wordsIn('en'), nameOf: String },
      outbox: {
        put: ({ chatId, view }) => {
          // As the outbox does, so that a rollback takes it back.
          store.db
            .prepare('INSERT OR REPLACE INTO settings VALUES (?, ?, ?)')
            .run('queued', String(chatId), '');
          queued.push({ chatId, text: view.parts[0]?.text ?? '' });
        },
      },
    },
    sendThrough: () => Promise.resolve(false),
    clock: { now: () => 5, log: () => undefined },
    ...more,
  });
  const access = (users: number[], apiRoot = 'http://a') => ({ users, apiRoot });
  const stored = (): number => createSettings(store).under('queued').length;

  it('stays as it was when a notice cannot be queued, so that the next start repeats all of them', () => {
    checkAccess(deps(access([1, 2])));
    const working = deps(access([1, 2, 3]));
    const broken = deps(access([1, 2, 3]), {
      chats: {
        ...working.chats,
        outbox: {
          put(view) {
            if (view.chatId === 2) throw new Error('killed here');
            working.chats.outbox.put(view);
          },
        },
      },
    });
    expect(() => checkAccess(broken)).toThrow('killed here');
    expect([stored(), createAccessStore(createSettings(store)).remembered()]).toEqual([0, access([1, 2])]);
    queued.splice(0);
    checkAccess(working);
    expect(queued.map(({ chatId }) => chatId)).toEqual([1, 2]);
    expect(stored()).toBe(2);
  });

  it('counts as lost in a rebuilt database without it, and as a first start in a new one', () => {
    checkAccess(deps(access([1])));
    expect(queued).toEqual([]);
    createSettings(store).set('trust', 'access', '');
    checkAccess(deps(access([1])));
    expect(queued).toEqual([{ chatId: 1, text: expect.stringContaining('Allowed now: 1.') as string }]);
    store.db.exec("DELETE FROM settings WHERE scope = 'trust'");
    saveRebuildNotice(createSettings(store), { since: 1, text: 'x' });
    checkAccess(deps(access([1])));
    expect(queued).toHaveLength(2);
  });

  it('keeps changes of the server in order until each user was told, across interrupted starts', async () => {
    const never = new AbortController();
    checkAccess(deps(access([1, 2])));
    checkAccess(deps(access([1, 2], 'http://b')));
    checkAccess(
      deps(access([1, 2], 'http://user:secret@c'), { clock: { now: () => 6, log: () => undefined } }),
    );
    // The worker is killed while the first message is on its way.
    const killed = new AbortController();
    const sent: string[] = [];
    await tellServerChanges(
      deps(access([]), {
        sendThrough: () => {
          killed.abort();
          return Promise.resolve(false);
        },
      }),
      killed.signal,
    );
    expect([queued, sent]).toEqual([[], []]);
    await tellServerChanges(
      deps(access([]), {
        sendThrough: (apiRoot, chatId, text) => {
          sent.push(`${apiRoot} ${chatId} ${/server: `(\S+)`/.exec(text)?.[1]}`);
          return Promise.resolve(chatId === 1);
        },
      }),
      never.signal,
    );
    expect(sent).toEqual([
      'http://a 1 http://b',
      'http://a 2 http://b',
      'http://b 1 http://c',
      'http://b 2 http://c',
    ]);
    expect(queued.map(({ chatId }) => chatId)).toEqual([2, 2]);
    expect(createAccessStore(createSettings(store)).serverChanges()).toEqual([]);
  });
});
