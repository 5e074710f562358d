import { hostname } from 'node:os';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { CreateFeature } from '../../app/model';
import { checkAccess, tellServerChanges } from './access';
import { sendThroughServer } from './previous-server';
import { createAccessStore } from './store';

/** Tells the users when something changed about who can use ccbot while it was not running. */
export const trust: CreateFeature = ({ world, settings, people, threads, outbox }) => {
  const { config, paths, store, log } = world;
  const abort = new AbortController();
  const access = {
    current: { users: [...new Set(config.ALLOWED_USERS)], apiRoot: config.TELEGRAM_API_ROOT },
    place: { host: config.CCBOT_HOST || hostname(), settingsFile: paths.env },
    disk: { store, access: createAccessStore(settings) },
    chats: { people, outbox },
    sendThrough: sendThroughServer(
      { apiAt: (apiRoot) => world.apiAt(apiRoot), threadOf: (chatId) => threads.ofChat(chatId) },
      abort.signal,
    ),
    clock: { now: () => world.now(), log },
  };
  let telling = Promise.resolve();
  return {
    name: 'trust',
    start() {
      checkAccess(access);
      telling = tellServerChanges(access, abort.signal).catch((error: unknown) =>
        log('error', 'change of server not told', { reason: reasonOf(error) }),
      );
    },
    async stop() {
      abort.abort();
      await telling;
    },
  };
};
