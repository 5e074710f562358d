import { hostname } from 'node:os';
import { join } from 'node:path';
import { secretsOf } from '@ccbot/shared/config/secrets';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { Log } from '@ccbot/shared/log/logger';
import { redact } from '@ccbot/shared/log/redact';
import type { Family } from '@ccbot/shared/protocol/metrics';
import { PROTOCOL_VERSION } from '@ccbot/shared/protocol/messages';
import { createOutputSink } from './child/output';
import { startWorker, type WorkerProcess } from './child/worker';
import type { Locks } from './locks';
import { probe, probeApi } from './net/probe';
import { createNoticeSender } from './notice/sender';
import type { News } from './runner';
import { stampOf, watchFiles } from './settings-watch';
import type { Effect, Heard } from './state';
import type { Settings } from './supervise';

/** What effects are performed with. */
export interface EffectDeps {
  settings(): Settings;
  /** Takes the settings that stand in the files now; returns why not, or null. */
  applySettings(): string | null;
  locks: Locks;
  prefix: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  workerEntry(): string;
  log: Log;
  workerLog: Log;
  send(news: News): void;
  /** What the worker has counted. */
  onMetrics(families: readonly Family[]): void;
  exit(code: number): void;
}

/** Performs what the machine decides. */
export interface Effects {
  perform(effect: Effect): void;
  close(): void;
}

/** Makes the performer; it owns the worker's process, the watch on the settings and the notices. */
export function createEffects(deps: EffectDeps): Effects {
  const { log } = deps;
  const notices = createNoticeSender(log);
  let worker: { generation: number; process: WorkerProcess } | null = null;
  let watching: { close(): void } | null = null;
  /** The settings files as the last worker found them. */
  let atSpawn = '';

  const secret = (text: string): string => redact(text, secretsOf(deps.settings().config));

  /** The worker has taken secrets out of its texts already; they go into the chat and into a file. */
  function clean(message: Heard): Heard {
    return message.type === 'fault' || message.type === 'conflict'
      ? { ...message, text: secret(message.text) }
      : message;
  }

  function spawn(generation: number): void {
    const sink = createOutputSink(deps.workerLog.with({ generation }), secret);
    const ended = (code: number | null, signal: string | null, lastLine: string): void => {
      if (worker?.generation === generation) worker = null;
      deps.send({ type: 'child.exited', generation, code, signal, lastLine, chance: Math.random() });
    };
    atSpawn = stampOf(settingsFiles());
    try {
      const process = startWorker({
        entry: deps.workerEntry(),
        prefix: deps.prefix,
        env: deps.env,
        cwd: deps.cwd,
        generation,
        lockFds: deps.locks.fds(),
        onMessage(message) {
          if (message.type === 'other') {
            log('warn', 'the worker said something unknown', { raw: message.raw });
          } else if (message.generation !== generation) {
            // Nobody's that we started.
          } else if (message.type === 'metrics') deps.onMetrics(message.families);
          else {
            deps.send({ type: 'child.message', generation, message: clean(message) });
          }
        },
        onLine: sink.line,
        clean: secret,
        onEnd: ({ code, signal, error }) => ended(code, signal, error === '' ? sink.lastWords() : error),
      });
      worker = { generation, process };
      log('info', 'a worker was started', { generation, pid: process.pid });
      deps.send({ type: 'child.spawned', generation, pid: process.pid });
    } catch (error) {
      ended(null, null, reasonOf(error)); // no such program, or no memory for a process
    }
  }

  function ask(of: 'network' | 'api'): void {
    const { config } = deps.settings();
    const { TELEGRAM_API_ROOT: root, TELEGRAM_BOT_TOKEN: token, TG_PROXY_URL: proxyUrl } = config;
    const asked =
      of === 'api' ? probeApi(root, token, proxyUrl) : probe(config.CCBOT_NET_PROBE_URL || root, proxyUrl);
    void asked.then(({ up, detail }) => deps.send({ type: 'probe.done', up, detail: secret(detail) }));
  }

  const settingsFiles = (): string[] => [join(deps.cwd, '.env'), deps.settings().paths.env];

  function watchSettings(on: boolean): void {
    watching?.close();
    watching = null;
    if (!on) return;
    watching = watchFiles(settingsFiles(), atSpawn, () => {
      const why = deps.applySettings();
      if (why === null) deps.send({ type: 'settings.changed' });
      else log('error', 'the settings changed and are still wrong', { reason: why });
    });
  }

  return {
    perform(effect) {
      switch (effect.do) {
        case 'spawn':
          return spawn(effect.generation);
        case 'drain':
          if (worker?.generation !== effect.generation) return;
          worker.process.send({
            v: PROTOCOL_VERSION,
            generation: effect.generation,
            type: 'drain',
            deadlineMs: effect.deadlineMs,
          });
          return;
        case 'kill':
          if (worker?.generation === effect.generation) worker.process.kill('SIGKILL');
          return;
        case 'probe':
          return ask(effect.of);
        case 'checkLock': {
          const news = deps.locks.check();
          if (news !== null) deps.send(news);
          return;
        }
        case 'watchSettings':
          return watchSettings(effect.on);
        case 'notify': {
          const { config } = deps.settings();
          log('info', 'the person is told', { kind: effect.notice.kind });
          if (config.CCBOT_SUPERVISOR_NOTICES === 'off') return;
          return notices.send(effect.notice, {
            apiRoot: config.TELEGRAM_API_ROOT,
            token: config.TELEGRAM_BOT_TOKEN,
            chats: config.ALLOWED_USERS,
            host: config.CCBOT_HOST || hostname(),
            proxyUrl: config.TG_PROXY_URL,
          });
        }
        case 'log':
          return log(effect.level, effect.text, effect.meta);
        case 'exit':
          return deps.exit(effect.code);
      }
    },
    close() {
      watching?.close();
      watching = null;
      notices.close();
    },
  };
}
