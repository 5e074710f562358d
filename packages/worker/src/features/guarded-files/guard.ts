import { realpathSync } from 'node:fs';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import { readApproved } from '@ccbot/shared/trust/approved';
import { parseRow, type RowFormat } from '../../store/json';
import type { Store } from '../../store/open';
import type { Settings } from '../../store/settings';
import { createFolderWatch, type FolderWatch } from '../../watch/folder-watch';
import { compare, rememberedSchema, type Change, type Remembered } from './compare';
import type { GuardedFile } from './files';

/** Programs write a file in several steps, so we wait until it was quiet for this long, ms. */
const QUIET_MS = 200;

/**
 * After this long, ms, a change is looked at again before it is reported: ccbot's own commands record what they will write,
 * and between the two a file differs from the record.
 */
export const AGAIN_MS = 1_000;

const SCOPE = 'guarded-files';

const format: RowFormat<Remembered> = { version: 1, schema: rememberedSchema };

export interface GuardDeps {
  files: readonly GuardedFile[];
  /** Where ccbot's own commands record what they write. */
  approved: string;
  disk: { store: Pick<Store, 'tx'>; settings: Pick<Settings, 'get' | 'set'> };
  /** The allowed users. */
  users: readonly number[];
  /** Queues the notice. Runs in the transaction that remembers the change, so that neither comes without the other. */
  tell(file: GuardedFile, change: Change, how: Found): void;
  log: LogFn;
}

/** How a change was found. */
export interface Found {
  /** The users who hear of it. */
  to: readonly number[];
  /** Whether it happened while ccbot was not running. */
  isStart: boolean;
}

/** Notices when a guarded file changes, also while ccbot was not running. */
export interface Guard {
  start(): void;
  stop(): void;
}

interface GuardState {
  readonly deps: GuardDeps;
  readonly watches: Set<FolderWatch>;
  readonly timers: Map<GuardedFile, NodeJS.Timeout>;
}

export function createGuard(deps: GuardDeps): Guard {
  const state: GuardState = { deps, watches: new Set(), timers: new Map() };
  return {
    start() {
      // Watched first: a change between the two is then seen by either.
      for (const file of deps.files) watch(state, file);
      for (const file of deps.files) check(state, file, { isStart: true, isSure: false });
    },
    stop() {
      for (const timer of state.timers.values()) clearTimeout(timer);
      for (const folder of state.watches) folder.close();
      state.watches.clear();
    },
  };
}

function watch(state: GuardState, file: GuardedFile): void {
  for (const path of new Set([file.path, realPathOf(file.path)])) {
    const folder: FolderWatch = createFolderWatch({
      path: () => path,
      isFileOpen: () => false,
      onChange() {
        clearTimeout(state.timers.get(file));
        const timer = setTimeout(() => {
          open(state, folder, path, true);
          check(state, file, { isStart: false, isSure: false });
        }, QUIET_MS);
        state.timers.set(file, timer);
      },
    });
    state.watches.add(folder);
    open(state, folder, path, false);
  }
}

/** The directory may have been made again, so that it needs another watch. */
function open({ deps }: GuardState, folder: FolderWatch, path: string, again: boolean): void {
  try {
    if (again) folder.reopen();
    else folder.open();
  } catch (error) {
    deps.log('warn', 'guarded file not watched', { path, reason: reasonOf(error) });
  }
}

/** The file behind a link, which changes without its link. */
function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // it is not there yet
  }
}

/** `isSure`: the file was found changed before, and was quiet since. */
function check(state: GuardState, file: GuardedFile, look: { isStart: boolean; isSure: boolean }): void {
  const { deps, timers } = state;
  const { users, log } = deps;
  const { settings, store } = deps.disk;
  try {
    const remembered = recall(settings, file);
    const content = file.read();
    // Read after the file, and written before it: what is in the file by then is in the record.
    const approved = file.approved(readApproved(deps.approved));
    const { change, remember } = compare(content, remembered, approved, users);
    if (remember === null) return;
    if (change !== null && !look.isSure) {
      clearTimeout(timers.get(file));
      timers.set(
        file,
        setTimeout(() => check(state, file, { ...look, isSure: true }), AGAIN_MS),
      );
      return;
    }
    store.tx(() => {
      if (change !== null) deps.tell(file, change, { to: remembered?.users ?? users, isStart: look.isStart });
      settings.set(SCOPE, file.id, JSON.stringify(remember));
    });
    if (change !== null) log('warn', 'guarded file changed by others', { path: file.path, ...change });
  } catch (error) {
    // A full disk: the next change or start finds the same difference.
    log('error', 'guarded file not checked', { path: file.path, reason: reasonOf(error) });
  }
}

/** A row that cannot be read counts as none. */
function recall(settings: Pick<Settings, 'get'>, { id }: GuardedFile): Remembered | undefined {
  const text = settings.get(SCOPE, id);
  if (text === undefined) return undefined;
  const row = parseRow(format, text);
  return row.ok ? row.value : undefined;
}
