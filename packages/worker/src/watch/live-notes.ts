import { watch, type FSWatcher } from 'node:fs';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { LiveNotes, LiveSession } from '../agents/agent';
import type { AgentCatalog } from '../agents/catalog';

export interface LiveNotesDeps {
  agents: Pick<AgentCatalog, 'all'>;
  /** The user's home directory, where agents keep their state. */
  home: string;
  log: LogFn;
}

/** Watches the directories in which agents note their live sessions: one watch for each agent, not for each session. */
export interface LiveNotesWatch {
  /** Calls `listener` when the note of a live session has changed. */
  listen(listener: (live: LiveSession) => void): void;
  /** Watches the directories that exist and are not watched yet: an agent makes its own when it first starts. */
  open(): void;
  stop(): void;
}

interface NotesState extends LiveNotesDeps {
  watchers: Map<string, FSWatcher>;
  listeners: ((live: LiveSession) => void)[];
  /** Files that are being read: what changes meanwhile is read once more. */
  reading: Map<string, { isChanged: boolean }>;
}

export function createLiveNotes(deps: LiveNotesDeps): LiveNotesWatch {
  const state: NotesState = { ...deps, watchers: new Map(), listeners: [], reading: new Map() };
  return {
    listen: (listener) => void state.listeners.push(listener),
    open: () => openAll(state),
    stop() {
      for (const watcher of state.watchers.values()) watcher.close();
      state.watchers.clear();
      state.listeners = [];
    },
  };
}

function openAll(state: NotesState): void {
  for (const { agent } of state.agents.all) {
    if (agent.notes === undefined) continue;
    const directory = agent.notes.directory(state.home);
    if (!state.watchers.has(directory)) openOne(state, directory, agent.notes);
  }
}

function openOne(state: NotesState, directory: string, notes: LiveNotes): void {
  const { watchers, log } = state;
  try {
    const watcher = watch(directory, (_kind, name) => {
      if (name !== null) read(state, notes, name);
    });
    const close = (): void => {
      watcher.close();
      watchers.delete(directory);
    };
    watcher.on('error', close);
    watchers.set(directory, watcher);
  } catch (error) {
    // Hooks, records and the transcript itself report the same, a little later.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    log('info', 'live notes not watched', { directory, reason: reasonOf(error) });
  }
}

function read(state: NotesState, notes: LiveNotes, name: string): void {
  const { reading, home } = state;
  const running = reading.get(name);
  if (running !== undefined) {
    running.isChanged = true;
    return;
  }
  const now = { isChanged: false };
  reading.set(name, now);
  void notes.read(home, name).then((live) => {
    reading.delete(name);
    if (live !== null) for (const listener of state.listeners) listener(live);
    if (now.isChanged) read(state, notes, name);
  });
}
