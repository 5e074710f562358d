import type { LogFn } from '@ccbot/shared/log/logger';
import { isRunning, type KnownProcess } from '@ccbot/shared/processes/known-process';
import * as z from 'zod/mini';
import { parseRow, type RowFormat } from '../../store/json';
import type { Settings } from '../../store/settings';

/** A tmux server that had windows of ours. */
export interface KnownServer {
  /** The path of its socket, which may be gone. */
  socket: string;
  process: KnownProcess;
}

/** The servers that windows of ours are on: with other settings, or without its socket, a server would not be found again. */
export interface ServerMemory {
  /** Those that still run. */
  running(): KnownServer[];
  remember(server: KnownServer): void;
  forget(server: KnownServer): void;
}

const server = z.object({
  socket: z.string(),
  process: z.object({ pid: z.number(), started: z.nullable(z.string()) }),
});

const format: RowFormat<{ servers: KnownServer[] }> = {
  version: 1,
  schema: z.object({ servers: z.array(server) }),
};

const SCOPE = 'tmux';
const KEY = 'servers';

/** The memory in the database. One that cannot be read is empty, and is written again by the next connection. */
export function createServerMemory(settings: Pick<Settings, 'get' | 'set'>, log: LogFn): ServerMemory {
  const read = (): KnownServer[] => {
    const body = settings.get(SCOPE, KEY);
    if (body === undefined) return [];
    const row = parseRow(format, body);
    if (row.ok) return row.value.servers.filter((each) => isRunning(each.process));
    log('warn', 'known tmux servers unreadable', { reason: row.reason });
    return [];
  };
  const write = (servers: readonly KnownServer[]): void =>
    settings.set(SCOPE, KEY, JSON.stringify({ v: 1, servers }));
  return {
    running: read,
    remember(known) {
      const others = read().filter(({ process }) => process.pid !== known.process.pid);
      write([...others, known]);
    },
    forget(known) {
      write(read().filter(({ process }) => process.pid !== known.process.pid));
    },
  };
}

/** A memory that ends with the process. */
export function createBriefMemory(): ServerMemory {
  const values = new Map<string, string>();
  return createServerMemory(
    { get: (_scope, key) => values.get(key), set: (_scope, key, value) => void values.set(key, value) },
    () => undefined,
  );
}
