import { processStartTime } from '@ccbot/shared/lock/holder';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { Agent } from '../../agents/agent';
import { PanesError, type Panes } from '../../terminal/panes';
import { isLive, type Session } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';

/** Time between two looks whether the agents of adopted windows still live, ms: nobody tells of a stranger's end. */
const LOOK_MS = 2_000;

/** An agent that is not found this many looks in a row is gone; its file may be half-written at one. */
const MISSES = 2;

/** What looking after adopted windows needs. */
export interface AdoptedWindowsDeps {
  panes: Panes;
  registry(): Pick<Registry, 'get' | 'live' | 'dispatch'>;
  agentOf(session: Session): Agent;
  /** The person's home directory, where agents keep their state. */
  home: string;
  now(): number;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** Windows of which some are the person's own. */
export interface AdoptedWindows {
  /**
   * The same windows; but nothing is typed into an adopted one whose agent has ended, since a shell would run it; and
   * closing it only lets it go: its agent is ended as what is left of a session is, its window stays.
   */
  panes: Panes;
  start(): void;
  stop(): void;
}

/** Looks after the windows that a person opened and ccbot adopted. */
export function createAdoptedWindows(deps: AdoptedWindowsDeps): AdoptedWindows {
  const { panes, registry, agentOf, home, now, log } = deps;
  /** The process of each one's agent, with its start time against a number that is used again. */
  const agents = new Map<string, { pid: number; started: string | null }>();
  const misses = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let looking = false;

  /** An adopted session whose agent can be told from the shell around it. */
  const adopted = (session: Session | undefined): session is Session =>
    session?.adopted === true && session.surface !== 'screen';

  async function lives(session: Session): Promise<boolean> {
    const known = agents.get(session.id);
    if (known !== undefined && processStartTime(known.pid) === known.started) return true;
    agents.delete(session.id);
    const pane = (await panes.list()).find((one) => one.session === session.id);
    const live = pane === undefined ? null : await agentOf(session).discover(home, pane.pid);
    const started = live === null ? null : processStartTime(live.pid);
    if (live === null || started === null) return false;
    agents.set(session.id, { pid: live.pid, started });
    return true;
  }

  async function look(): Promise<void> {
    const all = registry().live().filter(adopted);
    for (const id of agents.keys()) if (!all.some((session) => session.id === id)) agents.delete(id);
    for (const session of all) {
      if (session.phase === 'opening') continue;
      if (await lives(session)) {
        misses.delete(session.id);
        continue;
      }
      const missed = (misses.get(session.id) ?? 0) + 1;
      misses.set(session.id, missed);
      const is = registry().get(session.id);
      if (missed < MISSES || is === undefined || !isLive(is)) continue;
      misses.delete(session.id);
      // First the state: a window that is let go is no surprise.
      registry().dispatch(session.id, [{ type: 'left', at: now() }]);
      await panes.strays?.untie(session.id);
    }
  }

  function tick(): void {
    if (looking) return;
    looking = true;
    look()
      .catch((error: unknown) => {
        if (!(error instanceof PanesError)) log('error', 'adopted windows', { reason: reasonOf(error) });
      })
      .finally(() => (looking = false));
  }

  return {
    panes: {
      ...panes,
      async type(id, keys) {
        const session = registry().get(id);
        if (adopted(session) && !(await lives(session)))
          throw new PanesError('refused', 'its agent has ended, and what is typed would go to a shell');
        return panes.type(id, keys);
      },
      async close(id) {
        const { strays } = panes;
        if (strays === undefined || !adopted(registry().get(id))) return panes.close(id);
        return strays.untie(id);
      },
    },
    start() {
      timer = setInterval(tick, LOOK_MS);
      timer.unref();
    },
    stop() {
      clearInterval(timer);
    },
  };
}
