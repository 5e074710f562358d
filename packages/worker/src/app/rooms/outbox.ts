import { createHash } from 'node:crypto';
import { createRedactedStore } from '../../cards/redact/store';
import { createRedaction, type Redaction } from '../../cards/redact/redaction';
import type { ActiveSession } from '../../chat/active-session';
import type { People } from '../../chat/people';
import type { Threads } from '../../chat/threads';
import { footerRows } from '../../board/footer';
import { timed } from '../../metrics/timed';
import type { FooterOf } from '../../outbox/footer';
import { createOutbox, type Outbox } from '../../outbox/outbox';
import type { QueuedView } from '../../outbox/model';
import { CHAT_RATE } from '../../outbox/pace';
import { createRichMessages, type RichMessages } from '../../outbox/rich-messages';
import { createViewQueue } from '../../outbox/store';
import { createUploadLimit, type UploadLimit } from '../../outbox/upload-limit';
import type { Registry } from '../../sessions/registry';
import type { RetryWhileFull } from '../../store/retry-while-full';
import type { Settings } from '../../store/settings';
import { sessionsElsewhere } from '../cluster/all-sessions';
import { version } from '../../../package.json';
import type { World } from '../model';

/** The rooms that the outbox reads from. */
export interface OutboxParts {
  settings: Settings;
  chats: { people: People; active: ActiveSession; threads: Threads };
  registry: Registry;
  redaction: Redaction;
  retryWhileFull: RetryWhileFull;
}

export function buildRedaction(world: World, people: People): Redaction {
  return createRedaction({
    known: [world.config.TELEGRAM_BOT_TOKEN],
    wordsOf: (chatId) => people.wordsOf(chatId),
    store: createRedactedStore(world.store, world.log),
    hash: (text) => createHash('sha256').update(text).digest('base64url').slice(0, 16),
    now: () => world.now(),
    log: world.log,
  });
}

export function buildOutbox(world: World, parts: OutboxParts): Outbox {
  const { settings, redaction, retryWhileFull } = parts;
  const { people, active, threads } = parts.chats;
  const { views, ...timing } = timed(createViewQueue(world.store, world.log), world);
  return createOutbox({
    api: world.api,
    disk: { store: world.store, views, filesDir: world.paths.outbox, retryWhileFull },
    policy: {
      threads,
      wordsOf: (chatId) => people.wordsOf(chatId),
      cardLagMs: (chatId) => people.cardLagMs(chatId),
      chatRate: { ...CHAT_RATE, perSecond: world.config.CCBOT_CHAT_RATE },
      uploads: uploadLimit(world, settings),
      rich: richMessages(world, settings),
      redact: (view) => redaction.redact(view),
      quiet: (view) => isQuiet(people, active, view),
      footer: footerOf(world, parts),
      held: (chatId, ms) => world.cluster?.holds.told(chatId, ms),
    },
    ...timing,
    clock: world,
    log: world.log,
  });
}

/** The sessions of all machines, on the one that draws the chat's card. */
function footerOf({ cluster }: World, { registry, chats }: OutboxParts): FooterOf {
  const { people, active } = chats;
  return (chatId) => {
    // Somebody who is no longer allowed may still get a notice, but no names of sessions.
    if (!people.isAllowed(chatId)) return [];
    const role = cluster?.cards.roleOf(chatId) ?? 'draw';
    if (role !== 'draw') return role === 'clear' ? [] : null;
    const sessions = [...registry.live(), ...sessionsElsewhere(cluster)].sort(
      (a, b) => a.createdAt - b.createdAt,
    );
    return footerRows(sessions, active.get(chatId), people.wordsOf(chatId).board);
  };
}

function uploadLimit({ config, now }: World, settings: Settings): UploadLimit {
  return createUploadLimit({ apiRoot: config.TELEGRAM_API_ROOT, memory: memoryIn(settings), now });
}

/** What is known of rich messages on this server. */
function richMessages({ config, now }: World, settings: Settings): RichMessages {
  return createRichMessages({
    wanted: config.CCBOT_RICH_MESSAGES === 'auto',
    memory: memoryIn(settings),
    server: config.TELEGRAM_API_ROOT,
    version,
    now,
  });
}

/** What was found out about Telegram's server. */
function memoryIn(settings: Settings) {
  return {
    get: (key: string) => settings.get('telegram', key),
    set: (key: string, value: string) => settings.set('telegram', key, value),
  };
}

/** Whether a message makes no sound: an answer where the user wants that, and a request of another session whose notice is off. */
function isQuiet(
  { preferences }: People,
  active: ActiveSession,
  { chatId, session, class: kind }: QueuedView,
): boolean {
  if (kind === 'answer') return preferences.get(chatId, 'silent-answers') === 'on';
  const isForAnother = kind === 'ask' && session !== undefined && active.get(chatId) !== session;
  return isForAnother && preferences.get(chatId, 'notice-needs') === 'off';
}
