import { isoTime } from '../iso-time';
import { reasonOf } from '../faults/fault';
import type { Level, Log, LogFn, LogOptions, LogRecord, LogWriter } from './model';

export type { Level, Log, LogFn } from './model';

/** Creates a log. Its failures (a full disk, a closed terminal) never reach the caller; stderr gets one line about them. */
export function createLog(options: LogOptions): Log {
  const { level } = options;
  const state: LogState = {
    options,
    isSilent: options.file === undefined && options.stream === undefined,
    closed: false,
    level: typeof level === 'function' ? level : () => level,
    writer: null,
    waiting: [],
    opening: null,
  };
  return logOf(state, options.fields ?? {});
}

/** State shared by a log and all logs derived from it. */
interface LogState {
  readonly options: LogOptions;
  readonly isSilent: boolean;
  closed: boolean;
  level(): Level;
  /** Null until the first line has loaded it. */
  writer: LogWriter | null;
  /** Lines that wait for it. */
  waiting: LogRecord[];
  opening: Promise<void> | null;
}

/** Most important first. */
const LEVELS: readonly Level[] = ['error', 'warn', 'info', 'debug'];

function logOf(state: LogState, fields: Readonly<Record<string, unknown>>): Log {
  const log: LogFn = (level, text, meta) => {
    if (state.isSilent || state.closed || LEVELS.indexOf(level) > LEVELS.indexOf(state.level())) return;
    const timestamp = isoTime(Date.now());
    write(state, { ...fields, ...meta, level, message: text, timestamp });
  };
  return Object.assign(log, {
    with: (more: Readonly<Record<string, unknown>>) => logOf(state, { ...fields, ...more }),
    close: () => close(state),
  });
}

function write(state: LogState, record: LogRecord): void {
  if (state.writer !== null) return state.writer.write(record);
  state.waiting.push(record);
  state.opening ??= open(state);
}

async function open(state: LogState): Promise<void> {
  try {
    const { openWriter } = await import('./winston');
    state.writer = openWriter(state.options);
    for (const record of state.waiting.splice(0)) state.writer.write(record);
  } catch (error) {
    // As when an update replaced the program while it started. Later lines wait in vain, so there are none.
    process.stderr.write(`ccbot: cannot open the log: ${reasonOf(error)}\n`);
    state.closed = true;
  }
}

async function close(state: LogState): Promise<void> {
  if (state.closed) return;
  state.closed = true;
  await state.opening;
  await state.writer?.close();
}
