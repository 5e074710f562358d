import type { AgentCatalog } from '../../agents/catalog';
import type { Board } from '../../board/model';
import type { People } from '../../chat/people';
import type { Outbox } from '../../outbox/outbox';
import type { PromptEvents } from '../../prompts/events';
import type { PromptAuthors, PromptQueue } from '../../prompts/model';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { Lifecycle } from '../../sessions/lifecycle/lifecycle';
import type { Windows } from '../../sessions/lifecycle/windows';
import type { SessionHandlers } from '../../sessions/handlers/table';
import type { Registry } from '../../sessions/registry';
import { createTailMarks } from '../../sessions/store';
import { sessionFromNote } from '../../sessions/window-note';
import { pendingRebuildNotice } from '../../store/rebuild-notice';
import type { Settings } from '../../store/settings';
import { createAttention } from '../../watch/attention';
import { createFollower, type FollowerDeps } from '../../watch/follower';
import { createIdleDetection } from '../../watch/idle-detection';
import { offsetAt } from '../../watch/locate';
import { createScreenReader } from '../../watch/screen-reader';
import { createSubAgents } from '../../watch/subagents';
import { tail } from '../../watch/tail';
import { createWatcher, type Senses, type Watcher } from '../../watch/watcher';
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

/** The watcher, with what it watches by. */
export interface WatchRoom extends Senses {
  watcher: Watcher;
}

export function buildWatch(world: World, parts: WatchParts): WatchRoom {
  const senses = buildSenses(world, parts);
  const { people, lifecycle, board, outbox, settings } = parts;
  const { log } = world;
  const watcher = createWatcher({
    registry: parts.registry,
    windows: parts.windows,
    senses,
    reconciling: {
      wordsOf: (chatId) => people.wordsOf(chatId),
      outbox,
      watchers: (session) => board.watchers(session),
      adopt: (pane) =>
        sessionFromNote(
          pane.session,
          pane.note ?? '',
          world.paths.dir,
          pendingRebuildNotice(settings)?.since ?? world.now(),
        ),
      endOrphans(session) {
        lifecycle
          .endOrphans(session)
          .catch((error: unknown) =>
            log('info', 'orphaned agent not ended', { session: session.id, reason: reasonOf(error) }),
          );
      },
    },
    now: () => world.now(),
    log,
  });
  parts.handlers.add('watch', { effects: watcher.effects });
  return { ...senses, watcher };
}

function buildSenses(world: World, parts: WatchParts): Senses {
  const { registry, windows, agents, board, lifecycle, prompts } = parts;
  const { log } = world;
  const now = (): number => world.now();
  const dispatch: Registry['dispatch'] = (id, inputs, also) => registry.dispatch(id, inputs, also);
  const agentOf = (session: { agent: string }) => agents.of(session);
  const follow: FollowerDeps['tail'] = (options) =>
    tail({
      ...options,
      onTrouble: (reason) => log('warn', 'transcript unreadable', { path: options.path, reason }),
    });
  const follower = createFollower({
    tail: follow,
    offsetAt,
    marks: createTailMarks(world.store),
    authors: prompts.authors,
    prompts: prompts.queue,
    agentOf,
    session: (id) => registry.get(id),
    watched: (id) => board.watched(id),
    dispatch,
    onConfirmed: (prompt, isQueued) => prompts.events.confirmed(prompt, isQueued),
    onBegun: (prompt) => prompts.events.begun(prompt),
    now,
    log,
  });
  const idle = createIdleDetection({
    session: (id) => registry.get(id),
    ask: (session) => windows.discover(session),
    caughtUp: () => follower.caughtUp(),
    dispatch,
    now,
    log,
  });
  const screenReader = createScreenReader({
    panes: windows,
    agentOf,
    session: (id) => registry.get(id),
    dispatch,
    onWorking: (id) => idle.check(id),
    atRest: (session) => lifecycle.isAtRest(session),
    now,
    log,
  });
  const attention = createAttention({
    panes: windows,
    now,
    quietly: (work) =>
      void work.catch((error: unknown) => log('info', 'window not watched', { reason: reasonOf(error) })),
  });
  const subAgents = createSubAgents({ tail: follow, agentOf, dispatch, now });
  return { follower, screenReader, idle, attention, subAgents };
}
