import { sessionWith } from '../fixtures/session';
import { USUAL_LOOK } from '../cards/look';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_THREAD, type QueuedView } from '../outbox/model';
import { openStore, type Store } from '../store/open';
import { createSessionStore } from './store';
import { createSettings } from '../store/settings';
import { wordsIn } from '../words/words';
import { createBoard } from '../board/board';
import type { SessionEvent } from './events';
import type { SessionInput } from './machine/model';
import type { Session } from './model';
import type { Agent } from '../agents/agent';
import { boardEffects } from '../board/effects';
import { createBoardSessions } from '../board/sessions';
import type { OutboxKey } from '../outbox/keys';
import type { Outbox } from '../outbox/outbox';
import { afterCommit, inTransaction, type DispatchEffect } from './handlers/model';
import { createSessionHandlers } from './handlers/table';
import { createRegistry, type Registry } from './registry';
import { freeName } from './unique-name';

let dir: string;
let store: Store;
let registry: Registry;
let views: QueuedView[];
let late: DispatchEffect['do'][];
/** This machine, where there are several. */
let host: string | undefined;

const open = (): void => {
  const put = (wanted: QueuedView): void => void views.push(wanted);
  const settings = createSettings(store);
  const handlers = createSessionHandlers();
  registry = createRegistry({
    store: createSessionStore(store),
    handlers,
    host: () => host,
    log: () => undefined,
  });
  const outbox = {
    put,
    remove: (chatId: number, key: OutboxKey) =>
      put({ chatId, thread: NO_THREAD, key, view: { parts: [] }, class: 'card' }),
    threadOf: () => NO_THREAD,
    has: () => false,
    onSettled: () => undefined,
  } as Pick<Outbox, 'put' | 'remove' | 'threadOf' | 'has' | 'onSettled'> as Outbox;
  const people = { chats: [7], wordsOf: () => wordsIn('en'), nameOf: String, lookOf: () => USUAL_LOOK };
  const now = (): number => 5_000;
  const sessions = createBoardSessions({
    registry: { live: () => registry.live(), elsewhere: () => [] },
    waiting: { isWaiting: () => false },
    chats: { active: () => 's', roleOf: () => 'draw' },
    agents: { of: () => ({}) as Agent },
    panelMax: 8,
    now,
  });
  const board = createBoard({ sessions, people, outbox, settings, drafts: { known: () => false }, now });
  handlers.add('board', { effects: boardEffects({ board, outbox, people, now }) });
  const heard = afterCommit((_session: Session, effect: DispatchEffect) => late.push(effect.do));
  handlers.add('test', {
    effects: { watch: heard, deliver: heard, release: heard, login: heard },
  });
};

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-registry-'));
  store = openStore(join(dir, 'ccbot.db'), Date.now);
  [views, late] = [[], []];
  host = undefined;
  open();
  registry.add(sessionWith());
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

let clock = 1_000;
const observed = (event: Omit<SessionEvent, 'at'>, replyTo?: number): SessionInput => ({
  type: 'observed',
  at: 5_000,
  event: { ...event, at: (clock += 10) } as SessionEvent,
  ...(replyTo === undefined ? {} : { replyTo }),
});
const turn = (prompt: string, answer: string, replyTo: number): SessionInput[] => [
  observed({ type: 'turn.started', prompt } as never, replyTo),
  observed({ type: 'text', id: answer, message: answer, text: answer } as never),
  observed({ type: 'turn.ended', how: 'done' } as never),
];
const answers = (): { text: string; replyTo: number | undefined }[] =>
  views
    .filter((w) => w.class === 'answer')
    .map((w) => ({ text: w.view.parts.map((p) => p.text).join('\n'), replyTo: w.replyTo }));

describe('the registry of sessions', () => {
  it('shows the answer of every turn, also when several end in one batch', () => {
    registry.dispatch('s', [...turn('one', 'first answer', 1), ...turn('two', 'second answer', 2)]);
    expect(answers()).toEqual([
      { text: expect.stringContaining('first answer') as string, replyTo: 1 },
      { text: expect.stringContaining('second answer') as string, replyTo: 2 },
    ]);
    const keys = views.filter((w) => w.class === 'answer').map((w) => w.key);
    expect(new Set(keys).size).toBe(2);
  });

  it('shows only the last of several states of the live card, and none before a finished turn', () => {
    const shown = (): QueuedView[] => views.filter((w) => w.class === 'card' && w.view.parts.length > 0);
    registry.dispatch('s', turn('one', 'answer', 1));
    expect(shown()).toEqual([]);
    registry.dispatch('s', [...turn('two', 'other', 2), ...turn('three', 'last', 3).slice(0, 2)]);
    expect(shown()).toHaveLength(1);
    expect(shown()[0]).toMatchObject({ session: 's', replyTo: 3 });
  });

  it('is unchanged when the store fails, and takes the same inputs again', () => {
    const before = registry.get('s');
    const inputs = turn('one', 'answer', 1);
    const full = (): never => {
      throw new Error('database or disk is full');
    };
    expect(() => registry.dispatch('s', inputs, full)).toThrow('full');
    expect(registry.get('s')).toBe(before);
    expect(late).toEqual([]);
    views = [];
    registry.dispatch('s', inputs);
    expect(answers()).toHaveLength(1);
  });

  it('has the same sessions after a restart, and leaves out rows that cannot be read', () => {
    registry.dispatch('s', turn('one', 'answer', 1));
    const before = registry.get('s');
    createSessionStore(store).put('broken', '{');
    open();
    expect(registry.get('s')).toEqual(before);
    expect(registry.all()).toHaveLength(1);
  });

  it('runs the other work for an unknown session, and nothing more', () => {
    let also = 0;
    registry.dispatch('nobody', turn('one', 'answer', 1), () => also++);
    expect(also).toBe(1);
    expect(views).toEqual([]);
  });

  it.each([
    [
      'what it printed',
      ['no licence'],
      5_000,
      /exited right after it started \(exit code 3\). Its last output:\nno licence$/,
    ],
    [
      'that a start at the terminal shows more, when nothing could be read',
      [],
      5_000,
      /Start it in a terminal/,
    ],
    ['nothing more, when it had run for long and left nothing', [], 500_000, /exited \(exit code 3\).$/],
  ])('reports an agent that exited, and %s', (_, screen, at, expected) => {
    registry.dispatch('s', [{ type: 'died', at, exitStatus: 3, screen }]);
    const view = views.find((w) => w.view.parts.some(({ text }) => text.includes('exit code 3')));
    expect(view?.view.parts.map((p) => p.text).join('\n')).toMatch(expected);
  });

  it('changes nothing of a session that has ended', () => {
    registry.dispatch('s', [{ type: 'killed', at: 1 }]);
    const before = registry.get('s');
    views = [];
    registry.dispatch('s', turn('one', 'answer', 1));
    expect(registry.get('s')).toBe(before);
    expect(views).toEqual([]);
    expect(registry.live()).toEqual([]);
  });

  it('runs in-transaction handlers before the commit and the others after it, in the order they were added', () => {
    const order: string[] = [];
    const handlers = createSessionHandlers();
    const [row] = createSessionStore(store).all();
    const kept = {
      tx: <T>(work: () => T): T => {
        const result = work();
        order.push('commit');
        return result;
      },
      all: () => [row ?? { id: '', body: '' }],
      put: () => undefined,
      remove: () => undefined,
    };
    const other = createRegistry({ store: kept, handlers, log: () => undefined });
    handlers.add('first', {
      effects: {
        release: [afterCommit(() => order.push('first after')), inTransaction(() => order.push('first in'))],
      },
      events: { killed: inTransaction(() => order.push('event in')) },
    });
    handlers.add('second', { effects: { release: afterCommit(() => order.push('second after')) } });
    other.dispatch('s', [{ type: 'killed', at: 1 }]);
    expect(order).toEqual(['first in', 'event in', 'commit', 'first after', 'second after']);
  });

  it('runs the other handlers when one fails after the commit, and keeps what is committed', () => {
    const logged: unknown[] = [];
    const handlers = createSessionHandlers();
    const other = createRegistry({
      store: createSessionStore(store),
      handlers,
      log: (_level, _text, meta) => logged.push(meta),
    });
    const heard: string[] = [];
    handlers.add('broken', {
      effects: {
        release: afterCommit(() => {
          throw new Error('no such window');
        }),
      },
    });
    handlers.add('sound', { effects: { release: afterCommit(({ id }) => heard.push(id)) } });
    other.dispatch('s', [{ type: 'killed', at: 1 }]);
    expect(heard).toEqual(['s']);
    expect(other.get('s')?.phase).toBe('ended');
    expect(logged).toEqual([{ session: 's', handler: 'broken/release', reason: 'no such window' }]);
  });

  it('changes nothing when a handler fails in the transaction', () => {
    const before = registry.get('s');
    const handlers = createSessionHandlers();
    const other = createRegistry({ store: createSessionStore(store), handlers, log: () => undefined });
    handlers.add('full', {
      events: {
        killed: inTransaction(() => {
          throw new Error('database or disk is full');
        }),
      },
    });
    expect(() => other.dispatch('s', [{ type: 'killed', at: 1 }])).toThrow('full');
    expect(other.get('s')).toEqual(before);
    expect(
      createRegistry({ store: createSessionStore(store), handlers, log: () => undefined }).get('s'),
    ).toEqual(before);
  });
});

describe('where there are several machines', () => {
  const stored = (): string[] =>
    createSessionStore(store)
      .all()
      .map(({ body }) => body);

  it('hands out names with the machine, and stores them without it', () => {
    host = 'gpu';
    registry.rename('s', 'web');
    expect([registry.get('s')?.name, registry.get('s')?.card.name]).toEqual(['web · gpu', 'web · gpu']);
    expect([registry.all()[0]?.name, registry.live()[0]?.name]).toEqual(['web · gpu', 'web · gpu']);
    expect(stored().join()).not.toMatch(/gpu|plainName/);
    host = undefined;
    expect(registry.get('s')?.name).toBe('web');
  });

  it('shows names with the machine, and keeps them free of it over any number of steps', () => {
    host = 'gpu';
    registry.rename('s', 'web');
    views = [];
    registry.dispatch('s', turn('go', 'done', 1));
    expect(JSON.stringify(views)).toContain('web · gpu');
    expect(freeName(registry, 'web')).toBe('web-2');
    expect(freeName(registry, 'web', 's')).toBe('web');
    expect(stored().join()).not.toContain('gpu');
  });

  it('hands out the same object for the same state', () => {
    host = 'gpu';
    expect(registry.get('s')).toBe(registry.get('s'));
    registry.rename('s', 'web');
    expect(registry.get('s')?.name).toBe('web · gpu');
    host = 'ada';
    expect(registry.get('s')?.name).toBe('web · ada');
  });
});
