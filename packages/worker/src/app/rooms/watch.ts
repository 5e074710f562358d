import type { AgentCatalog } from '../../agents/catalog';
import type { Board } from '../../board/model';
import type { People } from '../../chat/people';
import type { Outbox } from '../../outbox/outbox';
import type { PromptEvents } from '../../prompts/events';
import type { PromptAuthors, PromptQueue } from '../../prompts/model';
import type { SessionHandlers } from '../../sessions/handlers/table';
import type { Lifecycle } from '../../sessions/lifecycle/lifecycle';
import type { Windows } from '../../sessions/lifecycle/windows';
import type { Registry } from '../../sessions/registry';
import { createTailMarks } from '../../sessions/store';
import type { Settings } from '../../store/settings';
import { createAttention } from '../../watch/attention';
import { createFollower } from '../../watch/follower';
import { createIdleDetection } from '../../watch/idle-detection';
import { createPromptTracker } from '../../watch/prompt-tracker';
import type { Recovery } from '../../watch/reconcile';
import { createScreenReader } from '../../watch/screen-reader';
import { createSubAgents } from '../../watch/subagents';
import { createTranscripts } from '../../watch/transcripts';
import { createWatcher, type Senses, type WatchRoom } from '../../watch/watcher';
import { createWindowNotes } from '../../watch/window-notes';
import type { World } from '../model';

/** The rooms that the watcher works with. */
export interface WatchParts {
  settings: Settings;
  people: People;
  agents: AgentCatalog;
  registry: Registry;
  windows: Windows;
  lifecycle: Lifecycle;
  board: Board;
  outbox: Outbox;
  prompts: { queue: PromptQueue; events: PromptEvents; authors: PromptAuthors };
  handlers: SessionHandlers;
}

export function buildWatch(world: World, parts: WatchParts): WatchRoom {
  const { registry, windows, handlers } = parts;
  const now = (): number => world.now();
  const senses = buildSenses(world, parts);
  const recovery = buildRecovery(world, parts);
  const watcher = createWatcher({ registry, windows, senses, recovery, now, log: world.log });
  handlers.add('watch', { effects: watcher.effects });
  return { ...senses, watcher };
}

function buildSenses(world: World, { registry, windows, agents, board, prompts }: WatchParts): Senses {
  const { store, log } = world;
  const now = (): number => world.now();
  const transcripts = createTranscripts(log);
  const marks = createTailMarks(store);
  const tracker = createPromptTracker({ ...prompts, registry, now });
  const follower = createFollower({ transcripts, marks, tracker, agents, board, log });
  const idle = createIdleDetection({ registry, windows, follower, now, log });
  return {
    tracker,
    follower,
    idle,
    screenReader: createScreenReader({ windows, agents, registry, idle, now, log }),
    attention: createAttention({ windows, now, log }),
    subAgents: createSubAgents({ transcripts, agents, registry, now }),
  };
}

function buildRecovery(world: World, { settings, people, lifecycle, board, outbox }: WatchParts): Recovery {
  const now = (): number => world.now();
  return {
    notes: createWindowNotes(world.paths.dir, settings, now),
    lifecycle,
    notices: { people, board, outbox, now },
  };
}
