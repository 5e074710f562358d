import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import * as z from 'zod/mini';
import type { Entry } from '../link';
import type { Machine } from '../model';
import type { SharedCopy } from './copy';
import { reportKey } from './keys';
import { rowReader } from './rows';

/** How often it is looked whether a report has changed, ms. */
const EVERY_MS = 5_000;

/** The largest report, UTF-16 units. */
const REPORT_MAX = 200_000;

/**
 * Reports for the lists of all machines, such as what waits for an answer on each. Every report has a name; who shares one
 * also reads those of the others. A version of ccbot may add fields, and must take a report without them.
 */
export interface SharedReports {
  /** Shares what `read` returns, as JSON, whenever it has changed; within 5 seconds. */
  share(name: string, read: () => unknown): void;
  /**
   * The reports of the other machines that can be read, and when each was last written, ms since the epoch, by the clock of
   * the server. One that cannot be read is logged once.
   */
  of<T>(name: string, schema: z.ZodMiniType<T>): Report<T>[];
}

/** What a machine reported. */
export interface Report<T> {
  machine: Machine;
  at: number;
  value: T;
}

export interface ReportsDeps {
  host: string;
  copy: Pick<SharedCopy, 'get' | 'put'>;
  machines(): Machine[];
  log: LogFn;
}

interface ReportsState {
  readonly deps: ReportsDeps;
  readonly shared: Map<string, { read: () => unknown; written: string | undefined }>;
  readonly readers: Map<string, (entry: Entry) => unknown>;
  timer: NodeJS.Timeout | undefined;
}

/** The row of a report. */
const rowOf = <T>(schema: z.ZodMiniType<T>) => z.object({ v: z.literal(1), report: schema });

export function createSharedReports(deps: ReportsDeps): SharedReports & {
  /** Writes everything again that the cluster does not have. */
  connected(): void;
  stop(): void;
} {
  const state: ReportsState = { deps, shared: new Map(), readers: new Map(), timer: undefined };
  return {
    share(name, read) {
      state.shared.set(name, { read, written: undefined });
      state.timer ??= setInterval(() => write(state), EVERY_MS).unref();
    },
    of: <T>(name: string, schema: z.ZodMiniType<T>) => reportsOf(state, name, schema),
    connected() {
      for (const [name, report] of state.shared) {
        const known = deps.copy.get(reportKey(deps.host, name))?.value;
        if (known !== report.written) report.written = undefined;
      }
      write(state);
    },
    stop() {
      clearInterval(state.timer);
    },
  };
}

function write({ deps, shared }: ReportsState): void {
  // Nobody reads them.
  if (!deps.machines().some(({ isSelf }) => !isSelf)) return;
  for (const [name, report] of shared) {
    try {
      const text = JSON.stringify({ v: 1, report: report.read() });
      if (text === report.written) continue;
      report.written = text;
      if (text.length > REPORT_MAX) deps.log('warn', 'report too large for the cluster', { name });
      else deps.copy.put(reportKey(deps.host, name), text);
    } catch (error) {
      deps.log('error', 'report not shared', { name, reason: reasonOf(error) });
    }
  }
}

function reportsOf<T>({ deps, readers }: ReportsState, name: string, schema: z.ZodMiniType<T>): Report<T>[] {
  const reader = readers.get(name) ?? rowReader(rowOf(schema), deps.log);
  readers.set(name, reader);
  return deps.machines().flatMap((machine): Report<T>[] => {
    const entry = machine.isSelf ? undefined : deps.copy.get(reportKey(machine.host, name));
    // A name has one schema.
    const row = entry === undefined ? null : (reader(entry) as { report: T } | null);
    return entry === undefined || row === null ? [] : [{ machine, at: entry.at, value: row.report }];
  });
}
