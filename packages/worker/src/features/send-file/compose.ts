import { createHash, randomBytes } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { relayDirectories } from '@ccbot/shared/config/sockets';
import { createRedaction, type Redaction } from '../../cards/redact/redaction';
import type { Wiring } from '../../app/kernel';
import type { Outbox } from '../../outbox/outbox';
import { createRichMessages, type RichMessages } from '../../outbox/rich-messages';
import { createDeliver, type Deliver } from './delivery';
import { answerRequest } from './handler';
import type { Places } from './inspect';
import { watchRelay, type Relay } from './relay';
import { createOfferStore } from './store';
import { createRedactedStore } from '../../cards/redact/store';
import type { Board } from '../../board/board';
import type { Registry } from '../../sessions/registry';
import type { Settings } from '../../store/settings';
import { version } from '../../../package.json';

/** What masks whatever goes out. */
export function discretionOf({ config, store, wordsOf, now }: Wiring): Redaction {
  return createRedaction({
    known: [config.TELEGRAM_BOT_TOKEN],
    wordsOf,
    store: createRedactedStore(store),
    hash: (text) => createHash('sha256').update(text).digest('base64url').slice(0, 16),
    now,
  });
}

/** What is known of rich messages on this server. */
export function richMessagesOf({ config, now }: Wiring, settings: Settings): RichMessages {
  return createRichMessages({
    wanted: config.CCBOT_RICH_MESSAGES === 'auto',
    memory: {
      get: (key) => settings.get('telegram', key),
      set: (key, value) => settings.set('telegram', key, value),
    },
    server: config.TELEGRAM_API_ROOT,
    version,
    now,
  });
}

/** The stations that files from agents touch. */
export interface SendingStations {
  outbox: Outbox;
  registry: Registry;
  allowed: ReadonlySet<number>;
  board: Pick<Board, 'responders'>;
}

/** The worker's end of `ccbot send-file`. */
export function deliverOf(deps: Wiring, { outbox, registry, allowed, board }: SendingStations): Deliver {
  const { config, paths, home } = deps;
  const real = (path: string): string[] => {
    try {
      return [realpathSync(path.replace(/^~(?=\/|$)/, home))];
    } catch {
      return []; // not there: nothing can come from it
    }
  };
  return createDeliver({
    wordsOf: deps.wordsOf,
    session(id) {
      const session = registry.get(id);
      return session && { name: session.name, cwd: session.cwd, chats: board.responders(session) };
    },
    allowed: (chatId) => allowed.has(chatId),
    places(cwd): Places {
      const roots = [cwd, tmpdir(), '/tmp', ...config.CCBOT_SEND_ROOTS].flatMap(real);
      return { roots: [...new Set(roots)], never: real(paths.dir) };
    },
    keep: (path) => outbox.keep(path),
    put: (wanted) => outbox.put(wanted),
    discard: (kept) => outbox.discard(kept),
    onSettled: (chatId, key, listener) => outbox.onSettled(chatId, key, listener),
    offers: createOfferStore(deps.store),
    newId: () => randomBytes(12).toString('base64url'),
    now: deps.now,
  });
}

/** Takes what those leave as files who may not use the socket. */
export function relayOf({ paths, log }: Wiring, deliver: Deliver): Relay {
  const dirs = relayDirectories(paths.dir);
  return watchRelay(
    dirs,
    (request) => answerRequest(deliver, request),
    (level, text) => log(level, text),
  );
}
