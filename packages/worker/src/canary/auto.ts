import type { Config } from '@ccbot/shared/config/schema';
import type { Paths } from '@ccbot/shared/config/paths';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { Log } from '@ccbot/shared/log/logger';
import { commandOf } from '../agents/command-of';
import type { AgentKind } from '../agents/kind';
import { findProgram } from '../sessions/lifecycle/opener';
import { canaryDue, canaryNews } from './decide';
import type { Missed } from './model';
import { noteEnded, noteRunning, removeLeftover } from './leftover';
import { keepResult, readResults } from './result';
import { runCanary, type Patience } from './run';
import { askVersion } from './version';

/** What the canary of a worker is given. */
export interface AutoCanaryDeps {
  config: Config;
  paths: Paths;
  kinds: readonly AgentKind[];
  /** The search path for agents and tmux. */
  path: string;
  /** The person's home. */
  home: string;
  /** Tells the person, once per `key`, what no longer works of a version. */
  tell(key: string, title: string, version: string, missed: readonly Missed[]): void;
  now(): number;
  log: Log;
  patience?: Patience;
}

/** The canary that runs by itself. */
export interface AutoCanary {
  /** Begins in the background; a second call does nothing. */
  start(): void;
  /** Resolves when it has come to its end, or was stopped. */
  done(): Promise<void>;
  /** Ends what runs, and leaves nothing of it behind. */
  stop(): Promise<void>;
}

/** Tries out every agent whose version is new, one after the other, and tells only of trouble. */
export function createAutoCanary(deps: AutoCanaryDeps): AutoCanary {
  const { config, paths, log } = deps;
  const stopping = new AbortController();
  const { signal } = stopping;
  let running: Promise<void> | undefined;

  async function work(): Promise<void> {
    if (await removeLeftover(paths.run, deps.path)) log('info', 'what a killed canary left is removed');
    if (config.CCBOT_CANARY === 'off') return;
    for (const kind of deps.kinds) if (!signal.aborted) await tryOut(kind);
  }

  async function tryOut(kind: AgentKind): Promise<void> {
    if (kind.canary === null || kind.settings === null) return;
    const [name = '', ...rest] = commandOf(kind.settings.command, config);
    const program = await findProgram(name, deps.path);
    if (program === null) return; // not installed: there is nothing to try
    const command = [program, ...rest];
    const version = await askVersion(command, deps, signal);
    if (signal.aborted) return;
    const due = canaryDue(kind.id, version, readResults(paths.dir));
    if (!due.run) return log('info', 'no canary', { agent: kind.id, version, why: due.why });
    log('info', 'the canary tries a new version', { agent: kind.id, version });
    let result = await once(kind, command, version);
    // A busy machine may be too slow once: nobody is told of that.
    if (canaryNews(result).tell.length > 0 && !signal.aborted) result = await once(kind, command, version);
    if (signal.aborted) return; // half a look says nothing
    const news = canaryNews(result);
    log(news.keep && news.tell.length === 0 ? 'info' : 'warn', 'the canary is done', { ...result });
    if (!news.keep) return;
    // Told before it is kept: killed in between, the next start tells it again rather than never.
    if (news.tell.length > 0) deps.tell(`canary:${kind.id}:${version}`, kind.title, version, news.tell);
    keepResult(paths.dir, result);
  }

  async function once(kind: AgentKind, command: readonly string[], version: string) {
    try {
      return await runCanary({
        ...{ kind, command, version, signal, path: deps.path },
        ...(deps.patience === undefined ? {} : { patience: deps.patience }),
        onPlace: (place) => noteRunning(paths.run, place),
        now: () => deps.now(),
      });
    } finally {
      noteEnded(paths.run);
    }
  }

  return {
    start() {
      running ??= work().catch((error: unknown) =>
        log('warn', 'the canary could not run', { reason: reasonOf(error) }),
      );
    },
    done: async () => running,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
