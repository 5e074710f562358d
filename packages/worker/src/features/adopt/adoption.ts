import { knownProcess } from '@ccbot/shared/processes/known-process';
import type { Agent, LiveSession } from '../../agents/agent';
import { newCard } from '../../cards/model';
import { freeName } from '../../sessions/unique-name';
import type { SessionInput } from '../../sessions/machine/model';
import { isLive, plainName, type Session } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import { noteOf } from '../../sessions/window-note';
import type { FoundStray, StrayWindows } from './stray-windows';

/** A transcript is followed from this long, ms, before `bound`, because hooks may be late; what is older than the tap belongs to the terminal. */
const BEFORE_MS = 2_000;

export interface AdoptionDeps {
  registry: Registry;
  strays: StrayWindows;
  /** The agent whose card is the screen, for a window without an agent. */
  shell: Agent;
  /** `CCBOT_DIR`, which windows carry. */
  dir: string;
  now(): number;
}

/**
 * Makes a stray a session. `id` is derived from the update, so that the same tap never makes two. Rejects with the
 * `PanesError` of the terminal; `drop` then removes the session.
 */
export async function adoptStray(
  deps: AdoptionDeps,
  found: FoundStray,
  id: string,
  chatId: number,
): Promise<Session> {
  const { registry, strays, dir, now } = deps;
  const { stray, live } = found;
  const program = knownProcess(live?.pid ?? stray.pid);
  // An archived session that was resumed by hand leaves the archive once its window is tied.
  const archived = archivedAs(registry, live);
  const session = registry.get(id) ?? addSession(deps, found, archived[0], { id, chatId });
  await strays.tie(stray.id, id, noteOf(session, dir));
  const at = now();
  const inputs: SessionInput[] = [{ type: 'opened', at, program }];
  if (live !== undefined) {
    const { sessionId, transcriptPath } = live;
    inputs.push({ type: 'bound', at: at + BEFORE_MS, sessionId, transcriptPath });
  }
  registry.dispatch(id, inputs);
  registry.forget(archived.map((earlier) => earlier.id));
  return registry.get(id) ?? session;
}

/** Removes a session that got no window. */
export function drop({ registry, now }: AdoptionDeps, id: string): void {
  registry.dispatch(id, [{ type: 'lost', at: now() }]);
  registry.forget([id]);
}

function archivedAs(registry: Registry, live: LiveSession | undefined): Session[] {
  if (live === undefined) return [];
  return registry
    .all()
    .filter((session) => !isLive(session) && session.binding?.sessionId === live.sessionId);
}

/** `archived`: the same agent's session in the archive, whose name it keeps. */
function addSession(
  { registry, shell, now }: AdoptionDeps,
  { stray, agent = shell, live }: FoundStray,
  archived: Session | undefined,
  { id, chatId }: { id: string; chatId: number },
): Session {
  const cwd = live?.cwd ?? stray.cwd;
  const defaultName = live === undefined ? stray.command : cwd.split('/').filter(Boolean).at(-1);
  const name = freeName(registry, (archived && plainName(archived)) ?? defaultName ?? 'root');
  const isScreen = agent.surface === 'screen';
  const session: Session = {
    id,
    chatId,
    name,
    agent: agent.id,
    cwd,
    adopted: true,
    createdAt: now(),
    phase: 'opening',
    ...(archived?.about === undefined ? {} : { about: archived.about }),
    ...(isScreen ? { surface: 'screen' as const, line: stray.command } : {}),
    card: {
      ...newCard({ session: id, name, agent: agent.title }),
      ...(isScreen ? { prompt: stray.command, screen: '' } : {}),
    },
  };
  registry.add(session);
  return session;
}
