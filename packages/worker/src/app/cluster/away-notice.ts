import { reasonOf } from '@ccbot/shared/faults/fault';
import { richOf } from '../../cards/markdown';
import { renderNotice } from '../../cards/render';
import type { Cluster } from '../../cluster/cluster';
import type { Destination, Machine } from '../../cluster/model';
import type { Admitted } from '../../inbox/model';
import { parseUpdate } from '../../inbox/parse';
import { outboxKey } from '../../outbox/keys';
import type { RawUpdate } from '../../telegram/poll';
import type { Rooms } from '../model';

/** Where it is stored, for all machines, of which outages a chat was told. */
const TOLD = 'away-told';

/** The most machines whose outage is remembered for a chat. */
const TOLD_MAX = 50;

/** Tells users that what they sent waits, because the machine that it is for is away. */
export interface AwayNotice {
  /** An update is on the stream, on its way to a machine. */
  sent(update: RawUpdate, destination: Destination): void;
  /** Looks for machines that went away with something that they had not handled yet. */
  look(): void;
}

type AwayRooms = Pick<Rooms, 'people' | 'threads' | 'outbox' | 'settings'> & {
  world: Pick<Rooms['world'], 'now' | 'log'>;
};

interface AwayState {
  readonly cluster: Pick<Cluster, 'view' | 'directory'>;
  readonly rooms: AwayRooms;
  /** The last message of each chat for each other machine, until it is handled. */
  readonly open: Map<string, { host: string; inbound: Admitted }>;
}

export function createAwayNotice(cluster: Pick<Cluster, 'view' | 'directory'>, rooms: AwayRooms): AwayNotice {
  const state: AwayState = { cluster, rooms, open: new Map() };
  return {
    sent: (update, destination) => guarded(state, () => sent(state, update, destination)),
    look: () => guarded(state, () => look(state)),
  };
}

/** A notice that cannot be stored must not stop the poll: what it tells of is safe on the stream. */
function guarded({ rooms: { world } }: AwayState, work: () => void): void {
  try {
    work();
  } catch (error) {
    world.log('warn', 'away machine not reported', { reason: reasonOf(error) });
  }
}

function sent(state: AwayState, update: RawUpdate, { host }: Destination): void {
  const { cluster, rooms, open } = state;
  const inbound = parseUpdate(update, rooms.world.now());
  if (inbound.kind === 'other' || host === cluster.view.host) return;
  const machine = cluster.view.machines().find((each) => each.host === host);
  if (machine?.isAway === true) tell(state, machine, inbound);
  else if (inbound.kind !== 'tap') open.set(`${host} ${inbound.chatId}`, { host, inbound });
}

function look(state: AwayState): void {
  const { cluster, open } = state;
  if (open.size === 0) return;
  const machines = cluster.view.machines();
  for (const [key, { host, inbound }] of open) {
    const machine = machines.find((each) => each.host === host);
    const isHandled = cluster.directory.handledUntil(host, inbound.chatId) >= inbound.updateId;
    if (machine !== undefined && !machine.isAway && !isHandled) continue;
    open.delete(key);
    if (machine !== undefined && !isHandled) tell(state, machine, inbound);
  }
}

function tell({ rooms }: AwayState, machine: Machine, inbound: Admitted): void {
  const { people, threads, outbox, settings, world } = rooms;
  const { chatId } = inbound;
  const words = people.wordsOf(chatId).machines;
  if (inbound.kind === 'tap')
    return outbox.answerTap(inbound.queryId, richOf(words.tapWaits(machine, world.now())));
  const outage = `${machine.host} ${machine.seenAt}`;
  const told = (settings.get(`chat:${chatId}`, TOLD) ?? '').split('\n');
  if (told.includes(outage)) return;
  // One outage of each machine: the others are over.
  const others = told.filter((each) => each !== '' && !each.startsWith(`${machine.host} `));
  settings.set(`chat:${chatId}`, TOLD, [...others, outage].slice(-TOLD_MAX).join('\n'));
  outbox.put({
    chatId,
    thread: inbound.thread ?? threads.ofChat(chatId),
    key: outboxKey('away', machine.host, machine.seenAt),
    view: renderNotice(words.waits(machine, world.now())),
    class: 'notice',
    ...('messageId' in inbound && inbound.messageId !== undefined ? { replyTo: inbound.messageId } : {}),
  });
}
