import { fault, FaultError, reasonOf, type Fault } from '@ccbot/shared/faults/fault';
import type { ClusterNames } from '@ccbot/shared/cluster/names';
import type { ClusterSettings } from '@ccbot/shared/cluster/settings';
import type { LogFn } from '@ccbot/shared/log/logger';
import { pause } from '@ccbot/shared/pause';
import { lostSince, rememberedData, type ClusterData, type LostData } from './data';
import type { ClusterLink, ConnectCluster } from './link';
import { newerFault, refuseNewer, takeName, type Presence, type PresenceDeps } from './shared/presence';
import { machineKey, PREFIX } from './shared/keys';
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
  /**
   * What this machine remembers of the cluster's data across restarts: by what it is recognised, and `taken`, the place of
   * the last update that it has taken over.
   */
  memory: Memory;
  copy: SharedCopy;
  log: LogFn;
}

export interface Memory {
  get(what: 'data' | 'taken'): string | undefined;
  set(what: 'data' | 'taken', value: string): void;
}

/** Hears of connections. */
export interface MemberListener {
  /** The copy is complete, and this machine is known to the others. */
  joined(link: ClusterLink): Promise<void>;
  /** There is no connection, or this machine may not take part. Called once for each reason. */
  away(why: Fault): void;
  /** The cluster has other data than it had. It is set up again already. Called until it does not throw. */
  lostData(why: Fault, lost: LostData): void;
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
  /** Ends the connection with this reason. */
  refuse: (why: FaultError) => void;
}

export function createMember(deps: MemberDeps): Member {
  const state: MemberState = {
    deps,
    stopping: new AbortController(),
    link: null,
    running: undefined,
    reported: null,
    refuse: () => undefined,
  };
  deps.copy.listen((entry) => {
    const newer = state.link === null ? null : newerFault(entry);
    if (newer !== null) state.refuse(newer);
  });
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
      state.deps.log('error', why.what, { code: why.code, todo: why.todo });
      listener.away(why);
    }
    state.reported = why.code;
    await pause(Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** failures), signal);
    failures++;
  }
}

/** One connection, from its beginning to its end. Resolves with the reason why it ended. */
async function takePart(state: MemberState, listener: MemberListener, joined: () => void): Promise<Fault> {
  const { deps, stopping } = state;
  const { settings, names, bot } = deps.target;
  const url = settings.servers.join(', ');
  let link: ClusterLink | undefined;
  const ending = new AbortController();
  const end = (): void => ending.abort();
  stopping.signal.addEventListener('abort', end);
  try {
    link = await deps.connect(settings, names, bot);
    void link.closed.then(end);
    const { name, found, lost } = await enter(deps, link, ending.signal);
    if (ending.signal.aborted) return await lostLink(link);
    state.link = link;
    if (lost !== null) reportLost(state, listener, link, lost);
    deps.memory.set('data', rememberedData(found));
    state.reported = null;
    joined();
    await listener.joined(link);
    await stay(state, link, name, ending.signal);
    if (stopping.signal.aborted) await leave(name, deps.log);
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

/** Takes this machine's place in the cluster. Until its name is taken, the others send nothing to it. */
async function enter(
  { target, presence, memory, copy }: MemberDeps,
  link: ClusterLink,
  signal: AbortSignal,
): Promise<{ name: Presence; found: ClusterData; lost: LostData | null }> {
  const { host } = target.settings;
  const found = await link.data();
  const known = memory.get('data');
  const lost = known === undefined ? null : lostSince(known, found);
  await copy.connected(link.state, () => copy.under(PREFIX.machine).forEach(refuseNewer));
  const isNew = lost === null && copy.get(machineKey(host)) === undefined;
  await link.stream.admit(host, takenOver(memory, found, isNew, lost));
  return { name: await takeName(link, presence, signal), found, lost };
}

/**
 * The place behind which the updates begin that this machine does not have yet. What was there before it joined is not for
 * it, nor, once it was forgotten, what was there before it joined again.
 */
function takenOver(memory: Memory, { updates }: ClusterData, isNew: boolean, lost: LostData | null): number {
  const last = lost === null ? (updates?.last ?? 0) : lost.last;
  const known = memory.get('taken');
  const taken = isNew || known === undefined ? last : Math.min(Number(known), last);
  memory.set('taken', String(taken));
  return taken;
}

function reportLost(
  { reported, deps }: MemberState,
  listener: MemberListener,
  { url }: ClusterLink,
  lost: LostData,
): void {
  const why = fault('CLUSTER_LOST_DATA', { url, reason: lost.reason });
  // It may have been noticed before the connection ended.
  if (reported !== why.code) deps.log('error', why.what, { code: why.code, todo: why.todo });
  listener.lostData(why, lost);
}

/** Stays in the cluster until the signal aborts. Rejects with the reason why this machine may not. */
async function stay(
  state: MemberState,
  link: ClusterLink,
  name: Presence,
  signal: AbortSignal,
): Promise<void> {
  const { copy, memory, log } = state.deps;
  const refused = new Promise<never>((_resolve, reject) => (state.refuse = reject));
  // One that came since is in the copy, and was not refused.
  const newer = copy
    .under(PREFIX.machine)
    .map(newerFault)
    .find((why) => why !== null);
  if (newer !== undefined) state.refuse(newer);
  const seen = { data: memory.get('data') ?? '' };
  try {
    const kept = name.keep(
      signal,
      copy,
      async () => void (seen.data = await checkData(link, state.deps, seen.data)),
    );
    await Promise.race([kept, refused]);
  } catch (error) {
    const isNewer = error instanceof FaultError && error.fault.code === 'CLUSTER_NEWER';
    if (isNewer) await leave(name, log);
    throw error;
  } finally {
    state.refuse = () => undefined;
    remember(memory, seen.data, log);
  }
}

function remember(memory: Memory, data: string, log: LogFn): void {
  try {
    memory.set('data', data);
  } catch (error) {
    // A full disk: the next connection compares with what was there at the beginning of this one.
    log('warn', 'data of the cluster not remembered', { reason: reasonOf(error) });
  }
}

/**
 * Checks that everything is still there, and returns what to remember of it. A server reports neither that it has lost its
 * files nor that something was deleted: it carries on with what is left.
 */
async function checkData(link: ClusterLink, { target }: MemberDeps, seen: string): Promise<string> {
  const data = await link.data();
  const lost = lostSince(seen, data);
  const { host } = target.settings;
  const isComplete = lost === null && (await link.stream.isAdmitted(host));
  if (isComplete) return rememberedData(data);
  const reason = lost?.reason ?? `the consumer ${host} is gone`;
  throw new FaultError(fault('CLUSTER_LOST_DATA', { url: link.url, reason }));
}

async function leave(name: Presence, log: LogFn): Promise<void> {
  try {
    await Promise.race([name.leave(), pause(LEAVE_MS, AbortSignal.timeout(LEAVE_MS))]);
  } catch (error) {
    log('warn', 'cluster left without a word', { reason: reasonOf(error) });
  }
}

async function lostLink(link: ClusterLink): Promise<Fault> {
  const reason = await Promise.race([link.closed, Promise.resolve('the connection was closed')]);
  return fault('CLUSTER_UNREACHABLE', { url: link.url, reason });
}
