import { setTimeout as pause } from 'node:timers/promises';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { ClusterLink } from '../link';
import type { MessageOwner, UnsharedMessages } from './unshared-messages';

/** The waits for the machine of a message that nobody knows, ms: one that was away may be about to say that it is its own. */
const WAITS_MS = [20, 40, 80, 160, 300, 400];

/** So many are written at a time after a connection. */
const TOGETHER = 50;

export interface MessageOwnersDeps {
  disk: UnsharedMessages;
  link(): ClusterLink | null;
  log: LogFn;
}

/** Which message belongs to which machine. */
export interface MessageOwners {
  /** Undefined: nobody knows, or the cluster does not answer. */
  of(chatId: number, messageId: number): Promise<string | undefined>;
  /** Notes the machine of a message; while the cluster is away, on this machine's disk. */
  note(chatId: number, messageId: number, host: string): void;
  /**
   * The cluster has lost what it knew, so it is told again of these messages of `host`, newest first, with the next
   * {@link connected}.
   */
  lost(messages: readonly { chatId: number; message: number }[], host: string): void;
  /** Tells the cluster what it does not know yet, newest first. Resolves when it has all of it, or cannot be reached. */
  connected(): Promise<void>;
}

export function createMessageOwners(deps: MessageOwnersDeps): MessageOwners {
  const { disk, log } = deps;
  return {
    async of(chatId, messageId) {
      const key = keyOf(chatId, messageId);
      const known = disk.get(key);
      if (known !== undefined) return known;
      try {
        return await ask(deps, key);
      } catch (error) {
        log('warn', 'machine of a message unknown', { reason: reasonOf(error) });
        return undefined;
      }
    },
    note(chatId, messageId, host) {
      const key = keyOf(chatId, messageId);
      try {
        disk.add(key, host);
      } catch (error) {
        // A full disk: the cluster may still have room.
        log('warn', 'machine of a message not stored', { reason: reasonOf(error) });
      }
      void share(deps, [{ key, host }]);
    },
    lost(messages, host) {
      const owners = messages.map(({ chatId, message }) => ({ key: keyOf(chatId, message), host }));
      disk.addOlder(owners.reverse());
    },
    async connected() {
      const waiting = disk.all();
      if (waiting.length > 0)
        log('info', 'messages that the cluster does not know', { count: waiting.length });
      for (let i = 0; i < waiting.length; i += TOGETHER)
        if (!(await share(deps, waiting.slice(i, i + TOGETHER)))) return;
    },
  };
}

async function ask({ link }: MessageOwnersDeps, key: string): Promise<string | undefined> {
  for (const waitMs of [...WAITS_MS, 0]) {
    const { messages } = link() ?? {};
    if (messages === undefined) return undefined;
    const host = (await messages.get(key))?.value ?? undefined;
    if (host !== undefined) return host;
    await pause(waitMs);
  }
  return undefined;
}

const keyOf = (chatId: number, messageId: number): string => `${chatId}.${messageId}`;

/** Resolves with false if the cluster cannot be reached. */
async function share(
  { disk, link, log }: MessageOwnersDeps,
  owners: readonly MessageOwner[],
): Promise<boolean> {
  const { messages } = link() ?? {};
  if (messages === undefined) return false;
  const results = await Promise.allSettled(owners.map(({ key, host }) => messages.put(key, host)));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined)
    log('warn', 'machine of a message not written', { reason: reasonOf(failed.reason) });
  try {
    disk.shared(owners.filter((_owner, i) => results[i]?.status === 'fulfilled'));
  } catch (error) {
    // A full disk: they are written again after the next connection.
    log('warn', 'machine of a message not forgotten', { reason: reasonOf(error) });
  }
  return failed === undefined;
}
