import { fault, FaultError, reasonOf, type Fault } from '@ccbot/shared/faults/fault';
import type { ClusterNames } from '@ccbot/shared/cluster/names';
import type { ClusterSettings } from '@ccbot/shared/cluster/settings';
import type { LogFn } from '@ccbot/shared/log/logger';
import { pause } from '@ccbot/shared/pause';
import type { ClusterLink, ConnectCluster } from './link';
import { refuseNewer, takeName, type PresenceDeps } from './shared/presence';
import { PREFIX } from './shared/keys';
import type { SharedCopy } from './shared/copy';

/** First and longest time before the next attempt to connect, ms. */
const RETRY_FIRST_MS = 250;
const RETRY_MOST_MS = 5_000;

/** How long leaving may take, ms: others notice a silent machine too. */
const LEAVE_MS = 1_000;

/** Which cluster it is, and for which bot. */
export interface ClusterTarget {
  settings: ClusterSettings;
  names: ClusterNames;
  /** The bot's numeric id. */
  bot: string;
}

export interface MemberDeps {
  target: ClusterTarget;
  connect: ConnectCluster;
  presence: PresenceDeps;
  /** By what this machine recognises the cluster's data; it survives restarts. */
  memory: { get(): string | undefined; set(identity: string): void };
  copy: SharedCopy;
  log: LogFn;
}

/** Hears of connections. */
export interface MemberListener {
  /** The copy is complete, and this machine is known to the others. */
  joined(link: ClusterLink): Promise<void>;
  /** There is no connection, or this machine may not take part. Called once for each reason. */
  away(why: Fault): void;
  /** The cluster has other data than it had. It is set up again already. */
  lostData(why: Fault): void;
}

/** Keeps this machine in the cluster: connects, and connects again. */
export interface Member {
  start(listener: MemberListener): void;
  link(): ClusterLink | null;
  stop(): Promise<void>;
}

interface MemberState {
  readonly deps: MemberDeps;
  readonly stopping: AbortController;
  link: ClusterLink | null;
  running: Promise<void> | undefined;
  /** The code of the last reason that was reported. */
  reported: string | null;
}

export function createMember(deps: MemberDeps): Member {
  const state: MemberState = {
    deps,
    stopping: new AbortController(),
    link: null,
    running: undefined,
    reported: null,
  };
  return {
    start(listener) {
      state.running = run(state, listener);
    },
    link: () => state.link,
    async stop() {
      state.stopping.abort();
      await state.running;
    },
  };
}

async function run(state: MemberState, listener: MemberListener): Promise<void> {
  const { signal } = state.stopping;
  let failures = 0;
  while (!signal.aborted) {
    const why = await takePart(state, listener, () => (failures = 0));
    state.link = null;
    state.deps.copy.disconnected();
    if (signal.aborted) return;
    if (state.reported !== why.code) {
      state.reported = why.code;
      state.deps.log('error', why.what, { code: why.code, todo: why.todo });
      listener.away(why);
    }
    await pause(Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** failures), signal);
    failures++;
  }
}

/** One connection, from its beginning to its end. Resolves with the reason why it ended. */
async function takePart(state: MemberState, listener: MemberListener, joined: () => void): Promise<Fault> {
  const { deps, stopping } = state;
  const { copy, presence } = deps;
  const { settings, names, bot } = deps.target;
  const url = settings.servers.join(', ');
  let link: ClusterLink | undefined;
  const ending = new AbortController();
  const end = (): void => ending.abort();
  stopping.signal.addEventListener('abort', end);
  try {
    link = await deps.connect(settings, names, bot);
    const { closed } = link;
    void closed.then(end);
    const lost = await checkData(link, deps);
    await link.stream.admit(settings.host);
    await copy.connected(link.state);
    for (const entry of copy.under(PREFIX.machine)) refuseNewer(entry);
    const name = await takeName(link, presence, ending.signal);
    if (ending.signal.aborted) return await lostLink(link);
    state.link = link;
    state.reported = null;
    joined();
    if (lost !== null) listener.lostData(lost);
    await listener.joined(link);
    await name.keep(ending.signal, copy);
    if (stopping.signal.aborted)
      await Promise.race([name.leave(), pause(LEAVE_MS, AbortSignal.timeout(LEAVE_MS))]);
    return await lostLink(link);
  } catch (error) {
    if (error instanceof FaultError) return error.fault;
    return fault('CLUSTER_UNREACHABLE', { url, reason: reasonOf(error) });
  } finally {
    stopping.signal.removeEventListener('abort', end);
    ending.abort();
    await link?.close();
  }
}

async function lostLink(link: ClusterLink): Promise<Fault> {
  const reason = await Promise.race([link.closed, Promise.resolve('the connection was closed')]);
  return fault('CLUSTER_UNREACHABLE', { url: link.url, reason });
}

/** Whether the cluster has other data than this machine has seen there. */
async function checkData({ stream, url }: ClusterLink, { memory, log }: MemberDeps): Promise<Fault | null> {
  const { created, last } = await stream.identity();
  const known = memory.get();
  memory.set(`${created} ${last}`);
  if (known === undefined) return null;
  const [before = '', place = '0'] = known.split(' ');
  if (before === created && last >= Number(place)) return null;
  const reason =
    before === created
      ? `its stream has ${last} records, and had ${place}`
      : `its stream was created at ${created}, and the one before at ${before}`;
  const lost = fault('CLUSTER_LOST_DATA', { url, reason });
  log('error', lost.what, { code: lost.code, todo: lost.todo });
  return lost;
}
