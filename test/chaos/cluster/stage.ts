import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TMUX } from '@ccbot/shared/fixtures/tmux';
import type { Call } from '@ccbot/sandbox/telegram/model';
import { startTelegram, type Sandbox } from '@ccbot/sandbox/telegram/server';
import type { PendingUpdate } from '@ccbot/sandbox/telegram/state';
import { natsProgram, startNats, type Nats } from '../../e2e/harness/nats';
import { now, until } from '../clock';
import { mountSmallDisk, type SmallDisk } from '../disk';
import type { Isolation } from './isolation';
import { watchJournals, type Journals } from './journals';
import { createMachine, createSession, RESTART_MS, type ChaosMachine, type ClusterSession } from './machine';
import { ownPlace, sharedPlace, SERVICES, type Service } from './place';
import { createServerClock, type ServerClock } from './server-clock';
import { watchClusterPolls, type ClusterPolls } from './polls';
import { openRelay, type Relay } from './relay';

const root = process.env['CCBOT_ROOT'] ?? process.cwd();

export const HOSTS = ['ada', 'bob', 'cyd', 'dan', 'eve', 'fay', 'gus', 'hal'] as const;

/** Sessions of each machine. */
const SESSIONS = 2;

const OWNER = 1_001;
const PASSWORD = 'a-password-for-chaos-only';

/** Several machines with one bot: real programs, a real server, and the sandbox as Telegram. */
export interface Stage {
  readonly telegram: Sandbox;
  readonly nats: Nats;
  /** The disk of the server's data; null when this user may not mount one. */
  readonly disk: SmallDisk | null;
  /** Steps the wall clock of the server; otherwise, why that is not possible here. */
  readonly serverClock: ServerClock | string;
  readonly machines: readonly ChaosMachine[];
  readonly sessions: readonly ClusterSession[];
  readonly polls: ClusterPolls;
  /** All that the owner did, as Telegram reports it. */
  readonly updates: readonly PendingUpdate[];
  readonly journals: Journals;
  /** The machine that made a call. */
  readonly callers: ReadonlyMap<Call, string>;
  /** What happened, ms since the beginning. */
  readonly timeline: { at: number; what: string }[];
  note(what: string): void;
  /** Violations that no count shows. */
  readonly violations: string[];
  /** The machine that polls: the last one whose poll was seen. */
  poller(): ChaosMachine;
  /** Keeps a machine running from now on, as its service manager does. */
  keepUp(machine: ChaosMachine): void;
  /** Lets it stay down. */
  letDown(machine: ChaosMachine): void;
  /** Keeps the files after `close`, with the chat and what is on the server. Returns their folder. */
  keep(): string;
  close(): Promise<void>;
}

interface Folders {
  root: string;
  nats: string;
}

function createFolders(): Folders {
  const path = mkdtempSync(join(tmpdir(), 'ccbot-cluster-'));
  const folders = { root: path, nats: join(path, 'nats') };
  mkdirSync(folders.nats);
  return folders;
}

/** Starts the machines and opens their sessions; resolves when all have joined. */
export async function startStage(count: number, isolation: Isolation): Promise<Stage> {
  const startedAt = now();
  const folders = createFolders();
  const disk = mountSmallDisk(folders.nats);
  const serverClock = createServerClock(folders.root, natsProgram());
  const machines: ChaosMachine[] = [];
  const polls = watchClusterPolls(() => machines);
  const callers = new Map<Call, string>();
  const journals = watchJournals(machines);
  const updates: PendingUpdate[] = [];
  const telegram = await startTelegram({
    token: `${Math.floor(1e8 + Math.random() * 8e8)}:CLUSTER_${'x'.repeat(28)}`,
    owner: { id: OWNER, is_bot: false, first_name: 'Owner' },
    stranger: { id: OWNER + 1, is_bot: false, first_name: 'Stranger' },
    extra(request, response) {
      polls.onRequest(request, response);
      return false;
    },
    onCall(call, { socket: { remotePort = 0 } }) {
      const caller = machines.find(({ relays }) => relays.telegram.isOpen(remotePort) !== null);
      if (caller !== undefined) callers.set(call, caller.host);
    },
  });
  telegram.state.changed.on('update', (update: PendingUpdate) => void updates.push(update));
  const nats = await startNats(folders.nats, {
    config: `authorization { users: [{ user: ccbot, password: ${JSON.stringify(PASSWORD)} }] }`,
    ...(typeof serverClock === 'string' ? {} : { env: serverClock.env }),
  });
  const ports: Record<Service, number> = {
    telegram: Number(new URL(telegram.apiRoot).port),
    cluster: nats.port,
  };
  const kept = new Set<ChaosMachine>();
  const service = setInterval(() => {
    for (const machine of kept) if (machine.pids('supervisor').length === 0) machine.supervise();
  }, RESTART_MS);
  let isKept = false;
  const stage: Stage = {
    telegram,
    nats,
    disk,
    serverClock,
    machines,
    get sessions() {
      return machines.flatMap(({ sessions }) => sessions);
    },
    polls,
    updates,
    journals,
    callers,
    timeline: [],
    note: (what) => void stage.timeline.push({ at: Math.round(now() - startedAt), what }),
    violations: [],
    poller() {
      const host = polls.all.at(-1)?.host;
      const found = machines.find((machine) => machine.host === host) ?? machines[0];
      if (found === undefined) throw new Error('there are no machines');
      return found;
    },
    keepUp: (machine) => void kept.add(machine),
    letDown: (machine) => void kept.delete(machine),
    keep() {
      isKept = true;
      writeFileSync(join(folders.root, 'chat.json'), JSON.stringify(telegram.owner.chat(), null, 1));
      // The disk of the server ends with the namespace.
      cpSync(folders.nats, join(folders.root, 'nats-data'), { recursive: true });
      return folders.root;
    },
    async close() {
      clearInterval(service);
      journals.close();
      for (const machine of machines) machine.close();
      await nats.close();
      await telegram.close();
      if (isKept) return;
      disk?.unmount();
      rmSync(folders.root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  try {
    for (const [i, host] of HOSTS.slice(0, count).entries()) {
      const folder = join(folders.root, host);
      mkdirSync(folder);
      const clone = { clone: root, folder, isolation };
      const place = isolation.namespaces ? await ownPlace(i + 1, clone) : sharedPlace();
      const relays = {} as Record<Service, Relay>;
      for (const name of SERVICES) relays[name] = await openRelay(place.addresses[name], () => ports[name]);
      const credentials = `ccbot:${PASSWORD}`;
      machines.push(createMachine({ host, folder, place, relays, credentials, env: sharedEnv(telegram) }));
    }
    await openSessions(stage);
    return stage;
  } catch (error) {
    console.error(machines.map((m) => `== ${m.host}\n${m.output()}\n${m.log().slice(-3_000)}`).join('\n'));
    await stage.close();
    throw error;
  }
}

function sharedEnv(telegram: Sandbox): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    SHELL: '/bin/sh',
    TELEGRAM_BOT_TOKEN: telegram.token,
    ALLOWED_USERS: String(OWNER),
    CCBOT_TMUX: TMUX,
    CCBOT_CANARY: 'off',
    CARD_EDIT_LAG: '1',
    // After a step of days, sessions would count as idle for days.
    ARCHIVE_AFTER: '0',
    CCBOT_MESSAGES_PER_MINUTE: '100000',
    CCBOT_RESTART_BACKOFF: '0.1',
    CCBOT_BACKOFF_MAX: '1',
    CCBOT_NET_RETRY_SEC: '0.5',
    CCBOT_HEALTHY_RUN_SEC: '2',
  };
}

/** Starts all machines at once, and opens sessions on each of them from the chat. */
async function openSessions(stage: Stage): Promise<void> {
  const { machines, telegram } = stage;
  for (const machine of machines) stage.keepUp(machine);
  for (const machine of machines) await hasJoined(machine);
  if ((await stage.polls.after(0, 40_000)) === null) throw new Error('nobody began to poll');
  for (let k = 1; k <= SESSIONS; k++) {
    const opened = machines.map((machine) => createSession(machine, `${machine.host}${k}`));
    for (const { host, name, cwd } of opened) telegram.owner.say(`/new ${host}:${name} ${cwd}`);
    // The agent is ready for a message once ccbot says so.
    for (const session of opened) await telegram.waitFor(() => isReady(stage, session), 40_000);
  }
}

function isReady({ telegram }: Stage, { name }: ClusterSession): boolean {
  return telegram.owner.fromBot().some(({ text }) => text.includes(name) && /ready/i.test(text));
}

/** A machine that has not joined after this long will not, ms. */
const JOIN_LIMIT_MS = 60_000;

/** Resolves when the newest worker of a machine takes part. */
export async function hasJoined(machine: ChaosMachine): Promise<void> {
  const isIn = (): boolean => {
    const lines = machine.log().split('\n');
    const started = lines.findLastIndex((line) => line.includes('"sessions reconciled"'));
    const joined = lines.findLastIndex((line) => line.includes('"joined the cluster"'));
    const away = lines.findLastIndex((line) => line.includes('"code":"CLUSTER_'));
    return joined > Math.max(started, away) && machine.pids('worker').length > 0;
  };
  if (!(await until(isIn, JOIN_LIMIT_MS, 100))) throw new Error(`${machine.host} did not join the cluster`);
}
