import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import { renderNotice } from '../../cards/render';
import type { People } from '../../chat/people';
import { outboxKey } from '../../outbox/keys';
import type { Outbox } from '../../outbox/outbox';
import type { Store } from '../../store/open';
import { decideAccessNotices, type Access, type AccessNotice } from './decide';
import type { AccessStore, ServerChange } from './store';
import { trustWords } from './words/words';

export interface AccessDeps {
  current: Access;
  /** The name of this machine, and the file with the settings. */
  place: { host: string; settingsFile: string };
  disk: { store: Pick<Store, 'tx'>; access: AccessStore };
  chats: { people: Pick<People, 'wordsOf' | 'nameOf'>; outbox: Pick<Outbox, 'put'> };
  /** Sends through the previous server. Resolves with false if that cannot be done; never rejects. */
  sendThrough: SendThrough;
  clock: { now(): number; log: LogFn };
}

export type SendThrough = (apiRoot: string, chatId: number, markdown: string) => Promise<boolean>;

/**
 * Compares the allowed users and the server with the last start, and queues what the users must hear. What is remembered
 * is replaced in the same transaction, so a crash repeats a notice and never loses it.
 */
export function checkAccess(deps: AccessDeps): void {
  const { current, disk, clock } = deps;
  disk.store.tx(() => {
    const before = disk.access.remembered();
    const notices = decideAccessNotices(before, current);
    for (const notice of notices) {
      clock.log('warn', 'access changed', { ...notice });
      if (notice.kind !== 'server') for (const chatId of notice.to) queue(deps, chatId, notice);
      else if (typeof before === 'object') addServerChange(deps, notice.to, before);
    }
    if (before === 'none' || before === 'lost' || !isSame(before, current)) disk.access.remember(current);
  });
}

function isSame(a: Access, b: Access): boolean {
  return a.apiRoot === b.apiRoot && a.users.join() === b.users.join();
}

function queue(deps: AccessDeps, chatId: number, notice: Exclude<AccessNotice, { kind: 'server' }>): void {
  const { people, outbox } = deps.chats;
  const words = people.wordsOf(chatId).of(trustWords);
  const name = (user: number): string => words.user(people.nameOf(user), user);
  const text =
    notice.kind === 'users'
      ? words.usersChanged(notice.added.map(name), notice.removed.map(name), deps.place)
      : words.accessLost(notice.users.map(name), notice.apiRoot, deps.place);
  // A key of its own: a later change must not replace a notice that still waits.
  const key = outboxKey('access', notice.kind, deps.clock.now());
  outbox.put({ chatId, thread: 'chat', key, view: renderNotice(text), class: 'notice' });
}

function addServerChange({ current, disk, clock }: AccessDeps, to: readonly number[], before: Access): void {
  const change = { at: clock.now(), before: before.apiRoot, now: current.apiRoot, to };
  disk.access.saveServerChanges([...disk.access.serverChanges(), change]);
}

/**
 * Tells the users of each change of the server: through the previous one if it still takes messages, because whoever
 * changed the settings may have made the new one. Otherwise through the new one. Stops when `signal` is aborted; the next
 * start tells the rest.
 */
export async function tellServerChanges(deps: AccessDeps, signal: AbortSignal): Promise<void> {
  const { disk, clock } = deps;
  for (const change of disk.access.serverChanges()) {
    for (const chatId of change.to) {
      if (signal.aborted) return;
      const isSent = await deps.sendThrough(
        change.before,
        chatId,
        serverText(deps, chatId, change, 'previous'),
      );
      if (signal.aborted && !isSent) return;
      try {
        disk.store.tx(() => {
          if (!isSent) queueServerChange(deps, chatId, change);
          markTold(disk.access, change, chatId);
        });
      } catch (error) {
        // The disk is full, or the store is closed: the next start repeats it.
        return clock.log('warn', 'change of server not recorded as told', { reason: reasonOf(error) });
      }
    }
  }
}

function serverText(
  { chats, place }: AccessDeps,
  chatId: number,
  { before, now }: ServerChange,
  through: 'previous' | 'new',
): string {
  return chats.people.wordsOf(chatId).of(trustWords).serverChanged(before, now, through, place);
}

function queueServerChange(deps: AccessDeps, chatId: number, change: ServerChange): void {
  const view = renderNotice(serverText(deps, chatId, change, 'new'));
  const key = outboxKey('access', 'server', change.at);
  deps.chats.outbox.put({ chatId, thread: 'chat', key, view, class: 'notice' });
}

function markTold(access: AccessStore, { at }: ServerChange, chatId: number): void {
  const left = access
    .serverChanges()
    .map((change) =>
      change.at === at ? { ...change, to: change.to.filter((id) => id !== chatId) } : change,
    );
  access.saveServerChanges(left.filter(({ to }) => to.length > 0));
}
