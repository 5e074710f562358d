import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../../store/database';
import { openSqlite } from '../../store/sqlite';
import type * as z from 'zod/mini';
import type { Same } from '../../store/fixtures/same';
import { migrate } from '../../store/migrations';
import { createSettings } from '../../store/settings';
import {
  createDeadLoginStore,
  createLoginStore,
  type DeadLoginNotice,
  type noticeSchema,
  type OpenLogin,
  type openLoginSchema,
} from './store';

/** Compile only while the schemas and the types have the same fields, of the same types. */
const sameLogin: Same<z.output<typeof openLoginSchema>, OpenLogin> = true;
const sameNotice: Same<z.output<typeof noticeSchema>, DeadLoginNotice> = true;

let db: Database;
beforeEach(() => (db = openSqlite(':memory:')));
afterEach(() => db.close());

const noLog = (): never => {
  throw new Error('nothing may be logged');
};

it('has schemas of the same types as its values', () => {
  expect([sameLogin, sameNotice]).toEqual([true, true]);
});

it('reads the rows of the ccbot of November 2026', () => {
  db.exec(readFileSync(join(__dirname, '../../store/fixtures/ccbot-2026-11.sql'), 'utf8'));
  const settings = createSettings({ db });
  const logins = createLoginStore(settings, noLog);
  const dead = createDeadLoginStore(settings, noLog);
  expect(logins.open()).toEqual([
    { chatId: 700_001, key: 'login:1795856400000', title: 'Claude Code', session: 's-work' },
  ]);
  expect([700_001, 700_002, 700_003].map((chat) => logins.awaitsCodeSince(chat))).toEqual([
    1_795_856_340_000,
    undefined,
    undefined,
  ]);
  expect(['claude', 'codex', 'other'].map((agent) => dead.isDead(agent))).toEqual([true, false, false]);
  expect(dead.notice('claude')).toEqual({ at: 1_795_852_800_000, chats: [700_001, 700_002], name: 'engine' });
  expect([dead.notice('codex'), dead.notice('other')]).toEqual([undefined, undefined]);
});

it('skips and logs what it cannot read', () => {
  migrate(db);
  const settings = createSettings({ db });
  settings.set('login-open', '7', '{"chatId":7}');
  settings.set('login', 'told:claude', '{');
  const logged: unknown[] = [];
  const log = (_level: string, text: string, meta?: Readonly<Record<string, unknown>>): void => {
    logged.push([text, meta?.['row']]);
  };
  expect(createLoginStore(settings, log).open()).toEqual([]);
  expect(createDeadLoginStore(settings, log).notice('claude')).toBeUndefined();
  expect(logged).toEqual([
    ['stored login unreadable', 'login-open 7'],
    ['stored login unreadable', 'told:claude'],
  ]);
});
