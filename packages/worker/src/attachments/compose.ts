import { renderNotice } from '../cards/render';
import { createFlood, type Flood } from '../inbox/flood';
import { createHandover, type Handover, type PromptsToFill } from './intake';
import { createSpeech, type SpeechDeps, type Transcriber } from './speech';
import { createSweep, type Sweep } from './sweep';
import { createWhisper } from './whisper';
import type { Outbox } from '../outbox/outbox';
import { isLive } from '../sessions/model';
import { findProgram } from '../sessions/lifecycle/opener';
import type { Registry } from '../sessions/registry';
import { createAttachmentStore } from './store';
import type { Stored } from '../store/room';
import { windowEnvironment } from '../terminal/environment';
import type { Wiring } from '../app/kernel';
import type { OutboxKey } from '../outbox/keys';

/** The stations that what comes in works with. */
export interface IncomingStations {
  registry: Registry;
  outbox: Outbox;
  prompts: PromptsToFill;
  stored: Stored;
  /** Something waits to be typed into a session. */
  kick(session: string): void;
}

/** Files and messages on their way into the agents' queues, wired. */
export function createIncoming(
  deps: Wiring,
  stations: IncomingStations,
): { handover: Handover; sweep: Sweep; flood: Flood } {
  const { config, store, now } = deps;
  const { registry, outbox } = stations;
  const log = (level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void =>
    deps.log(level, text, meta);
  const attachments = createAttachmentStore(store);
  const tell = (chatId: number, key: OutboxKey, text: string, replyTo: number): void =>
    outbox.put({ chatId, key, view: renderNotice(text), class: 'notice', replyTo });
  const handover = createHandover({
    wordsOf: deps.wordsOf,
    attachments,
    prompts: stations.prompts,
    files: deps.files,
    stored: (signal, work) => stations.stored('what comes in', signal, work),
    speech: createSpeech({
      wordsOf: deps.wordsOf,
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
    tell,
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
  return {
    handover,
    sweep: createSweep({ attachments, now, log }),
    flood: createFlood({ perMinute: config.CCBOT_MESSAGES_PER_MINUTE, wordsOf: deps.wordsOf, tell }),
  };
}

/** Voice messages are transcribed where both settings are there. */
function transcription({ config, env, home }: Wiring): Pick<SpeechDeps, 'transcriber' | 'missing'> {
  const missing = (['WHISPER_BIN', 'WHISPER_MODEL_PATH'] as const).filter((key) => config[key] === '');
  if (missing.length > 0) return { transcriber: null, missing };
  const at = (path: string): string => path.replace(/^~(?=\/)/, home);
  const [bin, model, language] = [
    at(config.WHISPER_BIN),
    at(config.WHISPER_MODEL_PATH),
    config.WHISPER_LANGUAGE,
  ];
  const transcriber: Transcriber = {
    async transcribe(path, options) {
      // Looked for each time: who installs it need not restart anything.
      const ffmpeg = await findProgram('ffmpeg', env['PATH'] ?? '/usr/bin:/bin');
      return createWhisper({ bin, model, language, ffmpeg, env: windowEnvironment(env, []) }).transcribe(
        path,
        options,
      );
    },
  };
  return { transcriber, missing };
}
