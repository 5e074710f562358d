import type { LogFn } from '@ccbot/shared/log/logger';
import * as z from 'zod/mini';
import { storedKey, type OutboxKey } from '../../outbox/keys';
import { parseRow, type RowFormat } from '../../store/json';
import type { Settings } from '../../store/settings';

/** A login that waits until the user has entered its code at its page. A restart ends it, and the user must hear of that. */
export interface OpenLogin {
  chatId: number;
  /** The key of its message. */
  key: OutboxKey;
  title: string;
  session?: string;
}

/** The message about a dead login: when it was sent, ms since the epoch, and to which chats. */
export interface DeadLoginNotice {
  at: number;
  chats: readonly number[];
  /** The name of the session that found the login dead. */
  name: string;
}

/** Logins under way, on disk. */
export interface LoginStore {
  /** Since when the next message of a chat is a code, ms since the epoch. A restart must not hand that message to an agent. */
  awaitsCodeSince(chatId: number): number | undefined;
  setAwaitsCode(chatId: number, since: number | undefined): void;
  open(): OpenLogin[];
  setOpen(chatId: number, login: OpenLogin | undefined): void;
}

/** What is known about dead logins, by the agent's id, on disk. */
export interface DeadLoginStore {
  isDead(agent: string): boolean;
  /** `since` is ms since the epoch; undefined: the login works. */
  setDead(agent: string, since: number | undefined): void;
  notice(agent: string): DeadLoginNotice | undefined;
  setNotice(agent: string, notice: DeadLoginNotice | undefined): void;
}

export const openLoginSchema = z.object({
  chatId: z.number(),
  key: z.pipe(
    z.string(),
    z.transform((text) => storedKey(text)),
  ),
  title: z.string(),
  session: z.exactOptional(z.string()),
});

export const noticeSchema = z.object({
  at: z.number(),
  chats: z.array(z.number()),
  name: z.string(),
});

const openLogin: RowFormat<OpenLogin> = { version: 1, schema: openLoginSchema };
const deadNotice: RowFormat<DeadLoginNotice> = { version: 1, schema: noticeSchema };

/** Stores the logins among the settings. An empty value means that there is none. */
export function createLoginStore(settings: Settings, log: LogFn): LoginStore {
  return {
    awaitsCodeSince(chatId) {
      const since = settings.get(`chat:${chatId}`, 'login-since') ?? '';
      return since === '' ? undefined : Number(since);
    },
    setAwaitsCode: (chatId, since) =>
      settings.set(`chat:${chatId}`, 'login-since', since === undefined ? '' : String(since)),
    open: () =>
      settings.under('login-open').flatMap(({ key, value }) => {
        const login = read(openLogin, value, log, `login-open ${key}`);
        return login === undefined ? [] : [login];
      }),
    setOpen: (chatId, login) =>
      settings.set('login-open', String(chatId), login === undefined ? '' : JSON.stringify(login)),
  };
}

export function createDeadLoginStore(settings: Settings, log: LogFn): DeadLoginStore {
  return {
    isDead: (agent) => (settings.get('login', `dead:${agent}`) ?? '') !== '',
    setDead: (agent, since) =>
      settings.set('login', `dead:${agent}`, since === undefined ? '' : String(since)),
    notice: (agent) => read(deadNotice, settings.get('login', `told:${agent}`) ?? '', log, `told:${agent}`),
    setNotice: (agent, notice) =>
      settings.set('login', `told:${agent}`, notice === undefined ? '' : JSON.stringify(notice)),
  };
}

function read<T>(format: RowFormat<T>, value: string, log: LogFn, row: string): T | undefined {
  if (value === '') return undefined;
  const parsed = parseRow(format, value);
  if (parsed.ok) return parsed.value;
  log('error', 'stored login unreadable', { row, reason: parsed.reason });
  return undefined;
}
