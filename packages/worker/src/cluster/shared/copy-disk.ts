import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import { parseJson } from '@ccbot/shared/protocol/json';
import * as z from 'zod/mini';
import type { Settings } from '../../store/settings';
import type { Entry } from '../link';
import { PREFIX } from './keys';

/**
 * Changes within this time are written in one transaction, ms. Without them a start shows what was there before. With
 * twenty machines something changes all the time, so it is longer than a short turn of an agent.
 */
const TOGETHER_MS = 10_000;

/** A machine says every 5 s that it is there. On disk that is not news for this long, ms. */
const SAME_MS = 60_000;

const SCOPE = 'cluster:copy';

const stored = z.object({ value: z.string(), revision: z.number(), at: z.number() });

/** What is worth having at a start without the cluster; the shared settings have a place of their own. */
const STORED = [PREFIX.machine, PREFIX.session, PREFIX.report];

/** The part of the copy that survives a restart: who the machines are, and which sessions they have. */
export interface CopyDisk {
  /** What was there when it was last written. What cannot be read is logged and left out. */
  load(): Entry[];
  /** An entry has changed; `value` null: it is gone. Written soon. */
  changed(entry: Pick<Entry, 'key' | 'value' | 'revision' | 'at'>): void;
  /** Writes what waits, and nothing more. */
  stop(): void;
}

export interface CopyDiskDeps {
  settings: Settings;
  tx<T>(work: () => T): T;
  log: LogFn;
}

export function createCopyDisk({ settings, tx, log }: CopyDiskDeps): CopyDisk {
  const waiting = new Map<string, Entry>();
  /** What is on disk, by key. */
  const known = new Map<string, { value: string; at: number }>();
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  function write(): void {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.size === 0) return;
    try {
      tx(() => {
        for (const { key, value, revision, at } of waiting.values())
          if (value === null) settings.remove(SCOPE, key);
          else settings.set(SCOPE, key, JSON.stringify({ value, revision, at }));
      });
    } catch (error) {
      // Such as a full disk: the next change tries again.
      log('warn', 'copy of the cluster not stored', { reason: reasonOf(error) });
      return;
    }
    for (const { key, value, at } of waiting.values())
      if (value === null) known.delete(key);
      else known.set(key, { value, at });
    waiting.clear();
  }

  return {
    load() {
      return settings.under(SCOPE).flatMap(({ key, value: text }) => {
        const row = parseJson(stored, text);
        if (row === null) {
          log('warn', 'stored copy of the cluster unreadable', { key });
          return [];
        }
        known.set(key, row);
        return [{ key, ...row }];
      });
    },
    changed(entry) {
      if (isStopped || !STORED.some((prefix) => entry.key.startsWith(prefix))) return;
      const before = known.get(entry.key);
      const isSame = before?.value === entry.value && entry.at - before.at < SAME_MS;
      if ((isSame || (before === undefined && entry.value === null)) && !waiting.has(entry.key)) return;
      waiting.set(entry.key, entry);
      timer ??= setTimeout(write, TOGETHER_MS).unref();
    },
    stop() {
      write();
      isStopped = true;
    },
  };
}
