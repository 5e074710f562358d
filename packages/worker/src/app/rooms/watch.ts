import type { Board } from '../../board/model';
import type { Outbox } from '../../outbox/outbox';
import type { Lifecycle } from '../../sessions/lifecycle/lifecycle';
import type { Windows } from '../../sessions/lifecycle/windows';
import { createTailMarks } from '../../sessions/store';
import { createAbsence } from '../../watch/absence';
import { createAttention } from '../../watch/attention';
import { createBindings } from '../../watch/bindings';
import { createFollower } from '../../watch/follower';
import { createIdleDetection } from '../../watch/idle-detection';
import { createLiveNotes } from '../../watch/live-notes';
import { createPromptTracker } from '../../watch/prompt-tracker';
import type { TailMarks } from '../../watch/model';
import type { Recovery } from '../../watch/reconcile';
import { createScreenReader } from '../../watch/screen-reader';
import { createSubAgents } from '../../watch/subagents';
import { createTranscripts } from '../../watch/transcripts';
import { createWatcher, type Senses, type WatchRoom } from '../../watch/watcher';
import { createWatchHealth } from '../../watch/watch-health';
import { createWindowNotes } from '../../watch/window-notes';
import type { World } from '../model';
import type { Foundation } from './foundation';

/** The rooms that the watcher works with. */
export interface WatchParts {
  windows: Windows;
  lifecycle: Lifecycle;
  board: Board;
  outbox: Outbox;
}

export function buildWatch(world: World, foundation: Foundation, parts: WatchParts): WatchRoom {
  const { registry, handlers } = foundation;
  const { windows } = parts;
  const now = (): number => world.now();
  const senses = buildSenses(world, foundation, parts);
  const recovery = buildRecovery(world, foundation, parts);
  const watcher = createWatcher({ registry, windows, senses, recovery, now, log: world.log });
  handlers.add('watch', { effects: watcher.effects });
  return { ...senses, watcher };
}

function buildSenses(world: World, foundation: Foundation, { windows, board }: WatchParts): Senses {
  const { registry, agents, queue, events, authors } = foundation;
  const { store, home, log } = world;
  const now = (): number => world.now();
  const health = createWatchHealth();
  const transcripts = createTranscripts(log, health);
  const bindings = createBindings({ registry, windows, agents, home, log });
  const stored = createTailMarks(store);
  const marks: TailMarks = {
    ...stored,
    get(session) {
      registry.settle(session); // the mark may wait with the session's state
      return stored.get(session);
    },
  };
  const tracker = createPromptTracker({ queue, events, authors, registry, now });
  const follower = createFollower({ transcripts, marks, tracker, agents, board, log });
  const idle = createIdleDetection({ registry, windows, follower, now, log });
  return {
    tracker,
    follower,
    idle,
    screenReader: createScreenReader({ windows, agents, registry, idle, now, log }),
    attention: createAttention({ windows, now, log }),
    subAgents: createSubAgents({ transcripts, agents, registry, now }),
    bindings,
    health,
    notes: createLiveNotes({ agents, home, log }),
  };
}

function buildRecovery(
  world: World,
  { registry, settings, people }: Foundation,
  { windows, lifecycle, board, outbox }: WatchParts,
): Recovery {
  const now = (): number => world.now();
  return {
    notes: createWindowNotes(world.paths.dir, settings, now),
    lifecycle,
    absence: createAbsence({ registry, windows, lifecycle, now, log: world.log }),
    notices: { people, board, outbox, now },
  };
}
