import { hostname } from 'node:os';
import { proxyFor } from '@ccbot/shared/config/no-proxy';
import { isTokenElsewhere } from '@ccbot/shared/config/load';
import { secretsOf } from '@ccbot/shared/config/secrets';
import { stampOf } from '@ccbot/shared/files/stamp';
import type { Log, LogFn } from '@ccbot/shared/log/logger';
import { redact } from '@ccbot/shared/log/redact';
import { adviceOf, type Way } from '@ccbot/shared/net/advice';
import type { OtherMessage } from '@ccbot/shared/protocol/channel';
import type { Family } from '@ccbot/shared/protocol/metrics';
import { nodeForNow } from '@ccbot/shared/node-launcher/launcher';
import { PROTOCOL_VERSION, type WorkerMessage } from '@ccbot/shared/protocol/messages';
import { createOutputSink } from './child/output';
import { startReason, startWorker, type WorkerProcess } from './child/worker';
import type { Environment } from './host';
import type { Locks } from './locks';
import { probe, probeApi } from './net/probe';
import { createNoticeSender, type NoticeSender } from './notice/sender';
import type { Notice } from './notice/words';
import type { UntimedEvent } from './runner';
import type { Settings } from './settings';
import { watchFiles } from './settings-watch';
import type { Effect, MachineMessage } from './state';

export interface EffectDeps {
  settings: {
    get(): Settings;
    /** Loads and applies the settings. Resolves to the reason if the old ones stay. */
    apply(): Promise<string | null>;
  };
  locks: Locks;
  /** How to start a worker; `prefix` are words in front of the command. */
  launch: {
    prefix: readonly string[];
    env: Environment;
    cwd: string;
    entry(): string;
  };
  log: LogFn;
  workerLog: Log;
  supervisor: {
    send(event: UntimedEvent): void;
    setWorkerMetrics(families: readonly Family[]): void;
    exit(code: number): void;
  };
}

/** Performs what the machine decides. */
export interface Effects {
  perform(effect: Effect): void;
  close(): void;
}

interface EffectsState {
  readonly deps: EffectDeps;
  readonly notices: NoticeSender;
  worker: { generation: number; process: WorkerProcess } | null;
  settingsWatch: { close(): void } | null;
  /** The stamp of the settings files when the last worker started. */
  stampAtSpawn: string;
}

/** Owns the worker's process, the watch on the settings, and the notices. */
export function createEffects(deps: EffectDeps): Effects {
  const state: EffectsState = {
    deps,
    notices: createNoticeSender(deps.log),
    worker: null,
    settingsWatch: null,
    stampAtSpawn: '',
  };
  return {
    perform: (effect) => perform(state, effect),
    close() {
      watchSettings(state, false);
      state.notices.close();
    },
  };
}

function perform(state: EffectsState, effect: Effect): void {
  const { deps, worker } = state;
  switch (effect.do) {
    case 'spawn':
      return spawn(state, effect.generation);
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
      return startProbe(state, effect.of);
    case 'checkLock': {
      const event = deps.locks.check();
      if (event !== null) deps.supervisor.send(event);
      return;
    }
    case 'watchSettings':
      return watchSettings(state, effect.on);
    case 'notify':
      return sendNotice(state, effect.notice);
    case 'log':
      return deps.log(effect.level, effect.text, effect.meta);
    case 'exit':
      return deps.supervisor.exit(effect.code);
  }
}

function spawn(state: EffectsState, generation: number): void {
  const { deps } = state;
  const { log, launch } = deps;
  const sink = createOutputSink(deps.workerLog.with({ generation }), (text) => redacted(state, text));
  const ended = (code: number | null, signal: string | null, lastLine: string): void => {
    if (state.worker?.generation === generation) state.worker = null;
    deps.supervisor.send({
      type: 'child.exited',
      generation,
      code,
      signal,
      lastLine,
      chance: Math.random(),
    });
  };
  state.stampAtSpawn = stampOf(settingsFiles(state));
  const settings = deps.settings.get();
  try {
    const entry = launch.entry();
    const process = startWorker({
      node: nodeForNow(settings.paths, entry),
      entry,
      prefix: launch.prefix,
      env: launch.env,
      cwd: launch.cwd,
      generation,
      token: isTokenElsewhere(settings) ? settings.config.TELEGRAM_BOT_TOKEN : null,
      lockFds: deps.locks.fds(),
      onMessage: (message) => onWorkerMessage(state, generation, message),
      onLine: sink.line,
      clean: (text) => redacted(state, text),
      onEnd: ({ code, signal, error }) => ended(code, signal, error === '' ? sink.lastError() : error),
    });
    state.worker = { generation, process };
    log('info', 'worker started', { generation, pid: process.pid });
    deps.supervisor.send({ type: 'child.spawned', generation, pid: process.pid });
  } catch (error) {
    ended(null, null, startReason(error)); // no such program, or no memory for a process
  }
}

function onWorkerMessage(
  state: EffectsState,
  generation: number,
  message: WorkerMessage | OtherMessage,
): void {
  const { log, supervisor } = state.deps;
  if (message.type === 'other') return log('warn', 'unknown message from worker', { raw: message.raw });
  if (message.generation !== generation) return; // not from a worker that we started
  if (message.type === 'metrics') return supervisor.setWorkerMetrics(message.families);
  supervisor.send({ type: 'child.message', generation, message: cleanMessage(state, message) });
}

/** Redacts once more what the worker has already redacted: these texts go into the chat and into a file. */
function cleanMessage(state: EffectsState, message: MachineMessage): MachineMessage {
  return message.type === 'fault' || message.type === 'conflict'
    ? { ...message, text: redacted(state, message.text) }
    : message;
}

function redacted({ deps }: EffectsState, text: string): string {
  return redact(text, secretsOf(deps.settings.get().config));
}

function startProbe(state: EffectsState, target: 'network' | 'api'): void {
  const { config, paths } = state.deps.settings.get();
  const { TELEGRAM_API_ROOT: root, TELEGRAM_BOT_TOKEN: token } = config;
  const url = target === 'api' ? root : config.CCBOT_NET_PROBE_URL || root;
  const proxyUrl = proxyFor(url, config);
  const way: Way = { apiRoot: url, proxyUrl, file: paths.env };
  const probing = target === 'api' ? probeApi(root, token, proxyUrl) : probe(url, proxyUrl);
  void probing.then((probed) => {
    if (probed.up) return state.deps.supervisor.send({ type: 'probe.done', up: true, detail: probed.detail });
    const { code, what, todo } = adviceOf(probed.trouble, way, Date.now());
    const trouble = { code, what: redacted(state, what), todo: redacted(state, todo) };
    state.deps.supervisor.send({ type: 'probe.done', up: false, trouble });
  });
}

function settingsFiles({ deps }: EffectsState): string[] {
  return [deps.settings.get().paths.env];
}

function watchSettings(state: EffectsState, on: boolean): void {
  const { settings, supervisor, log } = state.deps;
  state.settingsWatch?.close();
  state.settingsWatch = null;
  if (!on) return;
  state.settingsWatch = watchFiles(settingsFiles(state), state.stampAtSpawn, () => {
    void settings.apply().then((reason) => {
      if (reason === null) supervisor.send({ type: 'settings.changed' });
      else log('error', 'settings changed but still invalid', { reason });
    });
  });
}

function sendNotice({ deps, notices }: EffectsState, notice: Notice): void {
  const { config } = deps.settings.get();
  deps.log('info', 'supervisor notice', { kind: notice.kind });
  if (config.CCBOT_SUPERVISOR_NOTICES === 'off') return;
  notices.send(notice, {
    apiRoot: config.TELEGRAM_API_ROOT,
    token: config.TELEGRAM_BOT_TOKEN,
    chats: config.ALLOWED_USERS,
    host: config.CCBOT_HOST || hostname(),
    proxyUrl: proxyFor(config.TELEGRAM_API_ROOT, config),
  });
}
