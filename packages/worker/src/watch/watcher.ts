import { reasonOf } from '@ccbot/shared/faults/fault';
import type { Agent, LiveSession } from '../agents/agent';
import type { HookEvent } from './hook-events';
import type { QueuedView } from '../outbox/model';
import type { Panes, PanesEvent } from '../terminal/panes';
import { createAttention } from './attention';
import type { Delivery } from '../prompts/delivery';
import type { Screens } from '../features/screen/screens';
import type { Follower } from './follower';
import type { ScreenReader } from './screen-reader';
import { isLive, type Session } from '../sessions/model';
import { sessionFromNote } from '../sessions/window-note';
import { ended, reconcile, type Reconciled } from './reconcile';
import type { Registry } from '../sessions/registry';
import { createSeeking } from './seek';
import { createIdleDetection } from './idle-detection';
import type { WordsOf } from '../words/words';

/** Events of agents after which another session may run in a window. */
const BEGINS = new Set(['SessionStart', 'UserPromptSubmit']);

/** What perceiving needs. */
export interface PerceiveDeps {
  wordsOf: WordsOf;
  registry: Registry;
  panes: Panes;
  follower: Follower;
  screenReader: ScreenReader;
  screens: Screens;
  /** Hears how a turn came out: the agent's own name for its error, or that it worked. */
  onLogin(session: Session, error: string | undefined): void;
  delivery: Delivery;
  agentOf(session: Session): Agent;
  /** The person's home directory, where agents keep their state. */
  home: string;
  put(wanted: QueuedView): void;
  /** The chats of the people who have to do with a session. */
  watchers(session: Session): readonly number[];
  /** `CCBOT_DIR`, which windows carry. */
  dir: string;
  /** What somebody started at the desk. */
  desk: { lookAround(): Promise<void>; heard(sessionId: string): Promise<void> };
  /** Ends what is left of the agent of a session that is over. */
  endOrphans(session: Session): Promise<unknown>;
  /** From when on the transcript of a session is shown that only its window tells of, ms since the epoch. */
  since(): number;
  now(): number;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** What the terminal, the hooks and the agents' own files tell, as inputs of the session machine. */
export interface Perception {
  onHook(event: HookEvent): void;
  onPanes(event: PanesEvent): void;
  /** Looks at a session's screen when it changes next: what was typed may have brought up a dialog. */
  attend(id: string): void;
  /** What the agent's own files say of the session in a window, or null. */
  ask(session: Session): Promise<LiveSession | null>;
  /** Goes on looking at a session's screen while a message waits for it to change, or no longer. */
  keep(id: string, on: boolean): void;
  /** Asks the agent of a session whose turn runs whether it still works. */
  settle(id: string): void;
  /** Holds the sessions against the terminal, at the start and whenever its server came back. */
  takeUp(): Promise<Reconciled>;
  stop(): void;
}

/** Wires the session machine's late effects, and hears what comes from below. */
export function createPerception(deps: PerceiveDeps): Perception {
  const { registry, panes, follower, screenReader, delivery, now } = deps;
  const settling = createIdleDetection({
    session: (id) => registry.get(id),
    ask,
    caughtUp: () => follower.caughtUp(),
    dispatch: (id, inputs) => registry.dispatch(id, inputs),
    now,
    log: (level, text, meta) => deps.log(level, text, meta),
  });

  const attention = createAttention({ panes, now, quietly });
  const seeking = createSeeking({
    discover,
    now,
    log: (level, text, meta) => deps.log(level, text, meta),
  });

  registry.onEffect((session, effect) => {
    switch (effect.do) {
      case 'watch':
        return attention.watch(session, effect.on);
      case 'follow':
        return follower.follow(session, effect.at);
      case 'discover':
        return quietly(discover(session.id));
      case 'deliver':
        return quietly(delivery.kick(session.id));
      case 'release':
        follower.release(session.id);
        screenReader.release(session.id);
        settling.release(session.id);
        delivery.release(session.id);
        attention.release(session.id);
        seeking.release(session.id);
        deps.screens.hide(session.id);
        return;
      case 'login':
        return deps.onLogin(session, effect.error);
      case 'show-screen':
        return deps.screens.show(session, effect.asked);
      case 'hide-screen':
        return deps.screens.hide(session.id, effect.in);
      case 'agents':
      case 'draft':
      case 'account':
      case 'alarm':
      case 'dismiss':
      case 'resume':
      case 'name':
        return; // names, sub-agents, the text being written, and what the agents consume are heard elsewhere
    }
  });

  /** Work whose failure means only that a window went away; that is told by its own event. */
  function quietly(work: Promise<unknown>): void {
    work.catch((error: unknown) =>
      deps.log('info', 'a window could not be served', { reason: reasonOf(error) }),
    );
  }

  /** What the agent's own files say of the session in a window. */
  async function ask(session: Session): Promise<LiveSession | null> {
    const pane = (await panes.list()).find((p) => p.session === session.id);
    return pane === undefined ? null : deps.agentOf(session).discover(deps.home, pane.pid);
  }

  /** An agent whose hooks are not installed still tells in its own files which session it runs. */
  async function discover(id: string, since = now()): Promise<void> {
    const session = registry.get(id);
    if (session === undefined || !isLive(session)) return;
    const live = await ask(session);
    if (live === null) return;
    const { sessionId, transcriptPath } = live;
    const at = session.binding === undefined ? session.createdAt : since;
    // A session id that another window already runs is a mix-up, as in `onHook`.
    if (registry.live().some((s) => s.id !== id && s.binding?.sessionId === sessionId)) return;
    registry.dispatch(id, [{ type: 'bound', at, sessionId, transcriptPath }]);
  }

  function onHook(event: HookEvent): void {
    const { sessionId, transcriptPath, at } = event;
    const session =
      event.ccbotSession === undefined
        ? registry.live().find((s) => s.binding?.sessionId === sessionId)
        : registry.get(event.ccbotSession);
    if (session === undefined && event.ccbotSession === undefined && BEGINS.has(event.name))
      return quietly(newcomer(event));
    if (session === undefined || transcriptPath === undefined) return;
    // A session id that another window already runs is a mix-up, not a change.
    if (registry.live().some((s) => s.id !== session.id && s.binding?.sessionId === sessionId)) return;
    seeking.heard(session.id);
    registry.dispatch(session.id, [{ type: 'bound', at, sessionId, transcriptPath }]);
    if (event.prompt !== undefined) follower.confirm(session.id, event.prompt);
    if (event.name === 'SessionStart') quietly(screenReader.look(session.id));
  }

  /** An agent that nobody here started: one of an adopted window has begun anew, or it is offered. */
  async function newcomer({ sessionId, pane, at }: HookEvent): Promise<void> {
    // The pane of another server may have the same id: what counts is what the agent's own files say.
    const tied = (await panes.list()).find((one) => one.pane === pane);
    if (tied !== undefined) await discover(tied.session, at);
    if (!registry.live().some(({ binding }) => binding?.sessionId === sessionId))
      await deps.desk.heard(sessionId);
  }

  function onPanes(event: PanesEvent): void {
    switch (event.type) {
      case 'output':
        return screenReader.onEvent(event);
      case 'died':
        return quietly(ended({ registry, panes, now }, event.session, event));
      case 'closed':
        return registry.dispatch(event.session, [{ type: 'closed', at: now() }]);
      case 'down':
        return deps.log('warn', 'the terminal server is gone', { reason: event.reason });
      case 'up':
        return quietly(takeUp());
    }
  }

  async function takeUp(): Promise<Reconciled> {
    const result = await reconcile({
      wordsOf: deps.wordsOf,
      registry,
      panes,
      follow: (session) => follower.follow(session, session.binding?.at ?? now()),
      put: (wanted) => deps.put(wanted),
      watchers: deps.watchers,
      adopt: (pane) => sessionFromNote(pane.session, pane.note ?? '', deps.dir, deps.since()),
      endOrphans: (session) => quietly(deps.endOrphans(session)),
      now,
    });
    quietly(deps.desk.lookAround());
    delivery.reconsider();
    for (const session of registry.live()) {
      if (session.phase === 'ready') quietly(discover(session.id));
      quietly(delivery.kick(session.id));
    }
    await follower.caughtUp();
    for (const session of registry.live()) if (session.card.phase === 'working') settling.check(session.id);
    return result;
  }

  return {
    onHook,
    onPanes,
    attend(id) {
      attention.attend(id);
      seeking.typed(id);
    },
    ask,
    keep: (id, on) => attention.keep(id, on),
    settle: (id) => settling.check(id),
    takeUp,
    stop() {
      settling.stop();
      attention.stop();
      seeking.stop();
    },
  };
}
