import { randomBytes } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { relayDirectories } from '@ccbot/shared/config/sockets';
import type { CreateFeature, Kernel } from '../../app/model';
import { commands } from '../../chat/command';
import { offerButton } from './buttons';
import { createDeliver, type Deliver } from './delivery';
import { answerRequest, sendHandler } from './handler';
import { watchRelay, type Relay } from './relay';
import { createOfferStore } from './store';

/** The worker's end of `ccbot send-file`. */
export const sendFile: CreateFeature = (kernel) => {
  const { paths, log } = kernel.world;
  const delivery = buildDelivery(kernel);
  let relay: Relay | undefined;
  return {
    name: 'send-file',
    commands: commands({
      offer: {
        button: offerButton,
        async run({ chatId, ack }, { id, send }) {
          ack(await delivery.decide(chatId, id, send));
        },
      },
    }),
    socket: { 'send-file': sendHandler(delivery, log) },
    start() {
      // For agents that may not use the socket: they leave their requests as files.
      relay = watchRelay(relayDirectories(paths.dir), (request) => answerRequest(delivery, request), log);
    },
    stop: () => relay?.stop(),
  };
};

function buildDelivery({ world, sessions, board, outbox, people }: Kernel): Deliver {
  const { config, paths, home, store } = world;
  return createDeliver({
    wordsOf: (chatId) => people.wordsOf(chatId),
    session(id) {
      const session = sessions.get(id);
      return session && { name: session.name, cwd: session.cwd, chats: board.responders(session) };
    },
    allowed: (chatId) => people.isAllowed(chatId),
    places(cwd) {
      const roots = [cwd, tmpdir(), '/tmp', ...config.CCBOT_SEND_ROOTS].flatMap((path) =>
        realPaths(path, home),
      );
      return { roots: [...new Set(roots)], never: realPaths(paths.dir, home) };
    },
    keep: (path) => outbox.keep(path),
    put: (view) => outbox.put(view),
    discard: (kept) => outbox.discard(kept),
    onSettled: (chatId, key, listener) => outbox.onSettled(chatId, key, listener),
    offers: createOfferStore(store),
    newId: () => randomBytes(12).toString('base64url'),
    now: () => world.now(),
  });
}

/** The path without links; nothing where it does not exist, since nothing can come from there. */
function realPaths(path: string, home: string): string[] {
  try {
    return [realpathSync(path.replace(/^~(?=\/|$)/, home))];
  } catch {
    return [];
  }
}
