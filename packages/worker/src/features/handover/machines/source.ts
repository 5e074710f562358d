import { relative } from 'node:path';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { ClusterView, Exchange, Exchanged } from '../../../cluster/model';
import { normalRemote } from '../git/remote';
import type { Git, Inspected } from '../git/repository';
import type { HandoverChat } from './chat';
import { offerKey, readOffer, requestOf, type Offer, type OfferIn, type OfferRequest } from './offer';
import type { Pending, PendingStore } from './pending';
import { isCovered, planMove, type Planned } from './plan';

/** How long a step may take before the user is told, ms. To answer is one write; to finish, a fetch. */
const ANSWER_MS = { asked: 15_000, confirming: Infinity, confirmed: 15_000, offered: 30_000 } as const;
const FINISH_MS = 120_000;

/** The longest name that goes along, characters. */
const NAME_MAX = 100;

/** How often what is under way is looked at, ms. */
const REVIEW_MS = 5_000;

/** A session of this machine that can continue on another one. */
export interface Movable {
  /** Without its machine. */
  name: string;
  agent: string;
  cwd: string;
  /** The document for the agent that continues; null: there is nothing to hand over. */
  document(notCarried: readonly string[]): Promise<string | null>;
}

export interface SourceDeps {
  exchange: Exchange;
  view: Pick<ClusterView, 'host' | 'machines'>;
  git: Git;
  /** Null: there is no such session. */
  movable(session: string): Promise<Movable | null>;
  disk: { pending: PendingStore; home: string; now(): number; log: LogFn };
  chat: HandoverChat;
}

export type MoveRequest = Pick<Pending, 'chatId' | 'thread' | 'update' | 'session' | 'to' | 'agent'>;

/** This machine's part in handing its sessions to other machines. Every step is on disk before it is made. */
export interface Source {
  /** Asks the other machine. The rest follows by itself, and the chat is told. Done again after a crash, it is the same. */
  start(request: MoveRequest): void;
  /** The user's answer. False: nobody waits for it. */
  answer(nonce: string, go: boolean): boolean;
  stop(): void;
}

interface SourceState {
  readonly deps: SourceDeps;
  /** What is being done for each handover: one step at a time. */
  readonly running: Map<string, Promise<void>>;
  timer: NodeJS.Timeout | undefined;
}

export function createSource(deps: SourceDeps): Source {
  const state: SourceState = { deps, running: new Map(), timer: undefined };
  const { pending, now } = deps.disk;
  deps.exchange.listen({
    joined: () => reviewAll(state),
    changed({ key }) {
      if (pending.get(key) !== undefined) reviewSoon(state, key);
    },
  });
  return {
    start(request) {
      const key = offerKey(request.update);
      if (pending.get(key) === undefined)
        pending.put({ key, ...request, step: 'asked', revision: 0, at: now(), told: false, plan: null });
      reviewSoon(state, key);
    },
    answer(nonce, go) {
      const one = pending.byNonce(nonce);
      if (one === undefined) return false;
      if (one.step === 'confirming' && go) pending.put({ ...one, step: 'confirmed', at: now() });
      if (one.step === 'confirming' && !go) cancel(state, one);
      reviewSoon(state, one.key);
      return true;
    },
    stop: () => clearTimeout(state.timer),
  };
}

/** One step of a handover after another. One that fails is logged, and made again with the next review. */
function reviewSoon(state: SourceState, key: string): void {
  const { log } = state.deps.disk;
  const next = (state.running.get(key) ?? Promise.resolve())
    .then(() => review(state, key))
    .catch((error: unknown) => log('warn', 'handover: step failed', { key, reason: reasonOf(error) }))
    .finally(() => {
      if (state.running.get(key) === next) state.running.delete(key);
      arm(state);
    });
  state.running.set(key, next);
}

/** Looks again while anything is under way. */
function arm(state: SourceState): void {
  clearTimeout(state.timer);
  if (state.deps.disk.pending.all().some(({ step }) => step !== 'confirming'))
    state.timer = setTimeout(() => reviewAll(state), REVIEW_MS).unref();
}

function reviewAll(state: SourceState): void {
  for (const { key } of state.deps.disk.pending.all()) if (!state.running.has(key)) reviewSoon(state, key);
}

/** Looks at what has become of a handover, and does what is next. */
async function review(state: SourceState, key: string): Promise<void> {
  const { exchange, disk } = state.deps;
  if (disk.pending.get(key) === undefined) return;
  let entry: Exchanged | null;
  try {
    entry = await exchange.get(key);
  } catch (error) {
    disk.log('info', 'handover: cluster away', { key, reason: reasonOf(error) });
    return away(state, key);
  }
  const one = disk.pending.get(key);
  if (one === undefined) return;
  const offer = readOffer(entry?.value ?? null);
  if (entry === null && one.step === 'asked' && one.revision === 0) return ask(state, one);
  if (entry === null || offer === null) return lost(state, one);
  await follow(state, one, entry, offer);
}

async function follow(state: SourceState, one: Pending, entry: Exchanged, offer: Offer): Promise<void> {
  switch (offer.state) {
    case 'asked':
    case 'offered':
      return isLate(state, one) ? withdraw(state, one, entry, offer) : undefined;
    case 'ready':
      return next(state, { ...one, revision: entry.revision }, entry, offer);
    case 'taken':
      return waitForEnd(state, one);
    case 'closed':
      return forget(state, one);
    case 'withdrawn':
      return tellWithdrawn(state, one);
  }
}

/** The other machine is ready. */
function next(
  state: SourceState,
  one: Pending,
  entry: Exchanged,
  offer: OfferIn<'ready'>,
): Promise<void> | undefined {
  switch (one.step) {
    case 'asked':
      return plan(state, one, offer);
    case 'confirming':
      return undefined;
    case 'confirmed':
      return push(state, one, offer);
    case 'offered':
      // It was about to be offered when this process ended, or the cluster was away.
      return isLate(state, one) ? withdraw(state, one, entry, offer) : send(state, one, offer);
  }
}

function isLate({ deps: { disk } }: SourceState, { at, step }: Pending): boolean {
  return disk.now() - at > ANSWER_MS[step];
}

/** The cluster does not answer. */
function away(state: SourceState, key: string): void {
  const { disk, chat } = state.deps;
  const one = disk.pending.get(key);
  if (one === undefined || one.told || !isLate(state, one)) return;
  if (one.step === 'offered') {
    chat.tell(one, 'away', (texts) => texts.offeredAndAway(one.to));
    return disk.pending.put({ ...one, told: true });
  }
  chat.tell(one, 'away', (texts) => texts.clusterAway(one.to));
  if (one.plan !== null) chat.ask(one, one.plan.nonce, (texts) => texts.canceled);
  disk.pending.remove(key);
}

async function ask(state: SourceState, one: Pending): Promise<void> {
  const movable = await state.deps.movable(one.session);
  if (movable === null) return forget(state, one);
  const asked: OfferIn<'asked'> = { ...(await requestFor(state, one, movable)), state: 'asked' };
  await state.deps.exchange.put(one.key, JSON.stringify(asked), 0);
  // A large repository takes its time; the other machine has all of its own.
  state.deps.disk.pending.put({ ...one, at: state.deps.disk.now() });
}

async function requestFor(
  { deps: { view, git, disk } }: SourceState,
  { chatId, thread, update, to, agent }: MoveRequest,
  { cwd, name }: Movable,
): Promise<OfferRequest> {
  const found = await git.inspect(cwd);
  const below = relative(disk.home, cwd);
  return requestOf({
    schema: 1,
    from: view.host,
    to,
    chatId,
    thread,
    update,
    cwd,
    name: [...name].slice(0, NAME_MAX).join(''),
    agent,
    home: below.startsWith('..') ? null : below,
    clone: await cloneOf(git, found, cwd),
  });
}

/** Also of a clone whose settings are not safe: the other machine must still find its own. */
async function cloneOf(git: Git, found: Inspected, cwd: string): Promise<OfferRequest['clone']> {
  if (found.is === 'none') return null;
  const clone = found.is === 'repository' ? found.repository : await git.clone(cwd);
  if (clone === null) return null;
  const remotes = [...new Set(clone.remotes.map(({ url }) => normalRemote(url)))];
  return { below: relative(clone.root, cwd).replace(/^\.\..*/, ''), remotes: remotes.slice(0, 50) };
}

/** Takes the offer back, unless the other machine has answered meanwhile. */
async function withdraw(state: SourceState, one: Pending, entry: Exchanged, offer: Offer): Promise<void> {
  const withdrawn: Offer = { ...requestOf(offer), state: 'withdrawn' };
  const revision = await state.deps.exchange.put(one.key, JSON.stringify(withdrawn), entry.revision);
  if (revision !== null) await tellWithdrawn(state, one);
}

async function tellWithdrawn(state: SourceState, one: Pending): Promise<void> {
  const { chat, view, disk } = state.deps;
  const machine = view.machines().find(({ host }) => host === one.to);
  const seenAt = machine?.isAway === true ? machine.seenAt : null;
  const branch = one.step === 'offered' ? (one.plan?.branch ?? null) : null;
  const pushed = branch === null || branch.pushUrl === null ? null : branch.name;
  chat.tell(one, 'not-taken', (texts) => texts.notTaken(one.to, seenAt, disk.now(), pushed));
  await forget(state, one);
}

async function waitForEnd(state: SourceState, one: Pending): Promise<void> {
  const { chat, view, disk } = state.deps;
  const machine = view.machines().find(({ host }) => host === one.to);
  if (one.told || machine?.isAway !== true || disk.now() - one.at < FINISH_MS) return;
  chat.tell(one, 'away', (texts) => texts.takenAndAway(one.to));
  disk.pending.put({ ...one, told: true });
}

/** The cluster does not have it any more: it lost its data, or nobody confirmed it for days. */
async function lost(state: SourceState, one: Pending): Promise<void> {
  const { chat } = state.deps;
  if (one.plan !== null && one.step !== 'offered')
    chat.ask(one, one.plan.nonce, (texts) => texts.expired(one.to));
  else chat.tell(one, 'lost', (texts) => texts.lost(one.to));
  await forget(state, one);
}

async function forget({ deps: { exchange, disk } }: SourceState, { key }: Pending): Promise<void> {
  disk.pending.remove(key);
  // If this fails, the cluster deletes it in 7 days, and no document is in it any more.
  await exchange.remove(key);
}

/** What goes along, and what must the user confirm? */
async function plan(state: SourceState, one: Pending, offer: OfferIn<'ready'>): Promise<void> {
  const planned = await planFor(state, one, offer.remote);
  if (planned === null) return gone(state, one, offer);
  if (planned.notes.length === 0) return give(state, { ...one, plan: planned.plan }, offer);
  question(state, one, offer, planned);
}

function question(
  { deps: { disk, chat } }: SourceState,
  one: Pending,
  offer: OfferIn<'ready'>,
  { plan: wanted, notes }: Planned,
): void {
  const now = disk.now();
  const isPush = wanted.branch !== null && wanted.branch.pushUrl !== null;
  disk.pending.put({ ...one, step: 'confirming', at: now, plan: wanted });
  chat.ask(one, wanted.nonce, (texts) => texts.question(offer, notes), isPush ? 'push' : 'move');
}

async function planFor(
  { deps: { movable, git } }: SourceState,
  one: Pending,
  common: string | null,
): Promise<Planned | null> {
  const found = await movable(one.session);
  return found === null ? null : planMove(git, await git.inspect(found.cwd), common);
}

/** The session was removed meanwhile. */
async function gone(state: SourceState, one: Pending, offer: Offer): Promise<void> {
  state.deps.chat.tell(one, 'nothing', (texts) => texts.nothing(offer.name));
  await forget(state, one);
}

function cancel({ deps: { chat, disk, exchange } }: SourceState, one: Pending): void {
  if (one.plan !== null) chat.ask(one, one.plan.nonce, (texts) => texts.canceled);
  disk.pending.remove(one.key);
  exchange
    .remove(one.key)
    // The cluster deletes it in 7 days, and no document is in it yet.
    .catch((error: unknown) => disk.log('info', 'handover: offer not removed', { reason: reasonOf(error) }));
}

/** Pushes what the user has confirmed, if it is still what they were shown. */
async function push(state: SourceState, one: Pending, offer: OfferIn<'ready'>): Promise<void> {
  const { chat, git, disk } = state.deps;
  const fresh = await planFor(state, one, offer.remote);
  if (fresh === null || one.plan === null) return gone(state, one, offer);
  const { nonce, branch } = one.plan;
  if (!isCovered(fresh.plan, one.plan)) {
    chat.ask(one, nonce, (texts) => texts.changed);
    return question(state, one, offer, fresh);
  }
  chat.ask(one, nonce, (texts) => texts.going(offer.name, one.to));
  const isThere = fresh.plan.branch?.pushUrl === null;
  if (branch !== null && branch.pushUrl !== null && !isThere) {
    const pushed = await git.push(branch.root, branch.pushUrl, branch.commit, branch.name);
    if (!pushed.ok) {
      disk.log('warn', 'handover: not pushed', { key: one.key, reason: pushed.reason });
      chat.tell(one, 'not-pushed', (texts) => texts.notPushed(branch.name, one.to, pushed.reason));
      return forget(state, one);
    }
  }
  await give(state, one, offer);
}

/** From here on it is followed up, also after a restart. */
async function give(state: SourceState, one: Pending, offer: OfferIn<'ready'>): Promise<void> {
  const { disk } = state.deps;
  const next: Pending = { ...one, step: 'offered', at: disk.now() };
  disk.pending.put(next);
  await send(state, next, offer);
}

async function send(state: SourceState, one: Pending, offer: OfferIn<'ready'>): Promise<void> {
  const { exchange, movable } = state.deps;
  const { branch = null, changes = [] } = one.plan ?? {};
  const text = (await (await movable(one.session))?.document(changes)) ?? null;
  if (text === null) return gone(state, one, offer);
  const offered: OfferIn<'offered'> = {
    ...requestOf(offer),
    cwd: offer.cwd,
    remote: offer.remote,
    state: 'offered',
    text,
    branch: branch === null ? null : { name: branch.name, commit: branch.commit },
  };
  // If it changed meanwhile, the next review sees how.
  await exchange.put(one.key, JSON.stringify(offered), one.revision);
}
