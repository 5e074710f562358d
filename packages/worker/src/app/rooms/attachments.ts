import { createMessageIntake, type MessageIntake } from '../../attachments/intake';
import type { AttachmentStore } from '../../attachments/model';
import type { PromptsToFill } from '../../attachments/release';
import { createSpeech, type SpeechDeps, type Transcriber } from '../../attachments/speech';
import { createSweep, type Sweep } from '../../attachments/sweep';
import { createWhisper } from '../../attachments/whisper';
import { renderNotice } from '../../cards/render';
import type { People } from '../../chat/people';
import type { OutboxKey } from '../../outbox/keys';
import type { Outbox } from '../../outbox/outbox';
import type { PromptEvents } from '../../prompts/events';
import { findProgram } from '../../sessions/lifecycle/find-program';
import { isLive } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import type { RetryWhileFull } from '../../store/retry-while-full';
import { windowEnvironment } from '../../terminal/environment';
import type { World } from '../model';

/** The rooms that incoming messages pass. */
export interface AttachmentParts {
  people: People;
  registry: Registry;
  outbox: Outbox;
  attachments: AttachmentStore;
  queue: PromptsToFill;
  events: PromptEvents;
  retryWhileFull: RetryWhileFull;
  /** Something waits to be typed into a session. */
  kick(session: string): void;
}

/** Messages and their files on their way into the agents' queues. */
export interface AttachmentRoom {
  intake: MessageIntake;
  sweep: Sweep;
}

export function buildAttachments(world: World, parts: AttachmentParts): AttachmentRoom {
  const { people, registry, outbox, attachments, queue, events, retryWhileFull } = parts;
  const { config, store, log } = world;
  const now = (): number => world.now();
  const tell = (chatId: number, key: OutboxKey, text: string, replyTo: number): void =>
    outbox.put({ chatId, key, view: renderNotice(text), class: 'notice', replyTo });
  const intake = createMessageIntake({
    wordsOf: (chatId) => people.wordsOf(chatId),
    attachments,
    prompts: queue,
    files: world.files,
    retryWhileFull: (signal, work) => retryWhileFull('attachments', signal, work),
    speech: buildSpeech(world, people, outbox),
    tell,
    session(id) {
      const session = registry.get(id);
      return session && { name: session.name, cwd: session.cwd, live: isLive(session) };
    },
    kick: (session) => store.afterCommit(() => parts.kick(session)),
    react(chatId, messageId, emoji) {
      const reaction = [{ type: 'emoji', emoji }];
      outbox.hint('setMessageReaction', { chat_id: chatId, message_id: messageId, reaction });
    },
    tx: (work) => store.tx(work),
    ageNoteMs: config.CCBOT_AGE_NOTE_AFTER * 60_000,
    now,
    log,
  });
  events.listen({ typing: (prompt) => intake.refresh(prompt) });
  return { intake, sweep: createSweep({ attachments, now, log }) };
}

function buildSpeech(world: World, people: People, outbox: Outbox) {
  return createSpeech({
    wordsOf: (chatId) => people.wordsOf(chatId),
    ...transcription(world),
    show: (chatId, key, text, replyTo, live) =>
      outbox.put({
        chatId,
        key,
        view: renderNotice(text),
        class: live ? 'card' : 'notice',
        silent: true,
        replyTo,
      }),
  });
}

/** Voice messages are transcribed when both settings are there. */
function transcription({ config, env, home }: World): Pick<SpeechDeps, 'transcriber' | 'missing'> {
  const missing = (['WHISPER_BIN', 'WHISPER_MODEL_PATH'] as const).filter((key) => config[key] === '');
  if (missing.length > 0) return { transcriber: null, missing };
  const inHome = (path: string): string => path.replace(/^~(?=\/)/, home);
  const transcriber: Transcriber = {
    async transcribe(path, options) {
      // Looked up each time: after installing it nothing has to be restarted.
      const ffmpeg = await findProgram('ffmpeg', env['PATH'] ?? '/usr/bin:/bin');
      const whisper = createWhisper({
        bin: inHome(config.WHISPER_BIN),
        model: inHome(config.WHISPER_MODEL_PATH),
        language: config.WHISPER_LANGUAGE,
        ffmpeg,
        env: windowEnvironment(env, []),
      });
      return whisper.transcribe(path, options);
    },
  };
  return { transcriber, missing };
}
