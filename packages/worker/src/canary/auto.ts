import type { Config } from '@ccbot/shared/config/schema';
import type { Paths } from '@ccbot/shared/config/paths';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { Log } from '@ccbot/shared/log/logger';
import { commandOf } from '../agents/command-of';
import type { AgentKind } from '../agents/kind';
import { findProgram } from '../sessions/lifecycle/find-program';
import { canaryDue, canaryNews } from './decide';
import { recordEnded, recordRunning, removeLeftover } from './leftover';
import type { CanaryResult, Missed } from './model';
import { readResults, storeResult } from './result';
import { runCanary, type CanarySubject, type Patience } from './run';
import { askVersion, type UserEnvironment } from './version';

export interface AutoCanaryDeps {
  settings: { config: Config; paths: Paths };
  kinds: readonly AgentKind[];
  user: UserEnvironment;
  /** Tells the user, once per `key`, which checks a version fails. */
  tell(key: string, title: string, version: string, missed: readonly Missed[]): void;
  now(): number;
  log: Log;
}

/** The canary that runs by itself when the worker starts. */
export interface AutoCanary {
  /** Starts in the background. A second call does nothing. */
  start(): void;
  /** Resolves when it has finished or was stopped. */
  done(): Promise<void>;
  /** Stops a running canary and cleans up after it. */
  stop(): Promise<void>;
}

/** Tests every agent that has a new version, one after the other. Tells the user only about failures. */
export function createAutoCanary(deps: AutoCanaryDeps, patience?: Patience): AutoCanary {
  const { log } = deps;
  const { config, paths } = deps.settings;
  const stopping = new AbortController();
  const { signal } = stopping;
  let running: Promise<void> | undefined;

  async function testAll(): Promise<void> {
    if (await removeLeftover(paths.run, { tmux: config.CCBOT_TMUX, path: deps.user.path }))
      log('info', 'canary: removed leftovers of a killed one');
    if (config.CCBOT_CANARY === 'off') return;
    for (const kind of deps.kinds) if (!signal.aborted) await testKind(kind);
  }

  async function testKind(kind: AgentKind): Promise<void> {
    const subject = await installedSubject(kind, config, deps.user, signal);
    if (subject === null || signal.aborted) return;
    const { version } = subject;
    const due = canaryDue(kind.id, version, readResults(paths.dir));
    if (!due.run) return log('info', 'canary: skipped', { agent: kind.id, version, why: due.why });
    log('info', 'canary: testing a new version', { agent: kind.id, version });
    let result = await runOnce(subject);
    // A busy machine may be too slow once, so a failure must happen twice.
    if (canaryNews(result).tell.length > 0 && !signal.aborted) result = await runOnce(subject);
    if (signal.aborted) return; // an aborted run says nothing
    report(kind, result);
  }

  async function runOnce(subject: CanarySubject): Promise<CanaryResult> {
    try {
      return await runCanary(subject, {
        path: deps.user.path,
        tmux: config.CCBOT_TMUX,
        signal,
        ...(patience === undefined ? {} : { patience }),
        onPlace: (place) => recordRunning(paths.run, place),
        now: () => deps.now(),
      });
    } finally {
      recordEnded(paths.run);
    }
  }

  function report({ id, title }: AgentKind, result: CanaryResult): void {
    const { version } = result;
    const news = canaryNews(result);
    log(news.keep && news.tell.length === 0 ? 'info' : 'warn', 'canary: finished', { ...result });
    if (!news.keep) return;
    // Tell the user before storing the result: killed in between, the next start repeats the message instead of losing it.
    if (news.tell.length > 0) deps.tell(`canary:${id}:${version}`, title, version, news.tell);
    storeResult(paths.dir, result);
  }

  return {
    start() {
      running ??= testAll().catch((error: unknown) =>
        log('warn', 'canary: could not run', { reason: reasonOf(error) }),
      );
    },
    done: async () => running,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** The command and version of an installed agent. Null: not installed, or the canary cannot test it. */
async function installedSubject(
  kind: AgentKind,
  config: Config,
  user: UserEnvironment,
  signal: AbortSignal,
): Promise<CanarySubject | null> {
  if (kind.canary === null || kind.settings === null) return null;
  const [name = '', ...args] = commandOf(kind.settings.command, config);
  const program = await findProgram(name, user.path);
  if (program === null) return null;
  const command = [program, ...args];
  return { kind, command, version: await askVersion(command, user, signal) };
}
