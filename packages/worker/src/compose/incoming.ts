import { renderNotice } from '../cards/render';
import { createHandover, type Handover, type PromptsToFill } from '../inbound/handover';
import { createSpeech } from '../inbound/speech';
import { createSweep, type Sweep } from '../inbound/sweep';
import type { Outbox } from '../outbox/outbox';
import { isLive } from '../sessions/model';
import type { Registry } from '../sessions/registry';
import { createParcels } from '../store/parcels';
import type { ComposeDeps } from '../compose';

/** The stations that what comes in works with. */
export interface IncomingStations {
  registry: Registry;
  outbox: Outbox;
  prompts: PromptsToFill;
  /** Something waits to be typed into a session. */
  kick(session: string): void;
}

/** Files and messages on their way into the agents' queues, wired. */
export function createIncoming(
  deps: ComposeDeps,
  stations: IncomingStations,
): { handover: Handover; sweep: Sweep } {
  const { config, store, now } = deps;
  const { registry, outbox } = stations;
  const log = (level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void =>
    deps.log(level, text, meta);
  const parcels = createParcels(store);
  const handover = createHandover({
    parcels,
    prompts: stations.prompts,
    files: deps.files,
    speech: createSpeech({
      ...transcription(deps),
      show: (chatId, key, text, replyTo, live) =>
        outbox.put({
          chatId,
          key,
          view: renderNotice(text),
          class: live ? 'card' : 'notice',
          silent: true,
          replyTo,
        }),
    }),
    tell: (chatId, key, text, replyTo) =>
      outbox.put({ chatId, key, view: renderNotice(text), class: 'notice', replyTo }),
    session(id) {
      const session = registry.get(id);
      return session && { name: session.name, cwd: session.cwd, live: isLive(session) };
    },
    kick: (session) => store.afterCommit(() => stations.kick(session)),
    react(chatId, messageId, emoji) {
      const reaction = [{ type: 'emoji', emoji }];
      outbox.hint('setMessageReaction', { chat_id: chatId, message_id: messageId, reaction });
    },
    tx: (work) => store.tx(work),
    ageNoteMs: config.CCBOT_AGE_NOTE_AFTER * 60_000,
    now,
    log,
  });
  return { handover, sweep: createSweep({ parcels, now, log }) };
}

function transcription(_deps: ComposeDeps) {
  return { transcriber: null, missing: ['WHISPER_BIN', 'WHISPER_MODEL_PATH'] };
}
