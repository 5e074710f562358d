import { inHome } from '@ccbot/shared/config/absolute-path';
import { agentEnvironment } from '@ccbot/shared/environment/agents';
import { withheldFromAgents } from '../../agents/withheld';
import { createMessageIntake, type MessageIntake } from '../../attachments/intake';
import type { Replies } from '../../attachments/release';
import { createKeptMessages, type KeptMessages } from '../../attachments/kept';
import { createSpeech, type SpeechDeps, type Transcriber } from '../../attachments/speech';
import { createSweep, type Sweep } from '../../attachments/sweep';
import { createWhisper } from '../../attachments/whisper';
import { withButtons } from '../../cards/button';
import { renderNotice } from '../../cards/render';
import type { People } from '../../chat/people';
import type { Outbox } from '../../outbox/outbox';
import { findProgram } from '../../sessions/lifecycle/find-program';
import type { Whereabouts } from '../../sessions/lifecycle/whereabouts';
import { isLive } from '../../sessions/model';
import type { World } from '../model';
import type { Foundation } from './foundation';

/** Where incoming messages lead. */
export interface AttachmentExits {
  outbox: Outbox;
  whereabouts: Pick<Whereabouts, 'directory'>;
  /** Something waits to be typed into a session. */
  kick(session: string): void;
}

/** Messages and their files on their way into the agents' queues. */
export interface AttachmentRoom {
  intake: MessageIntake;
  kept: KeptMessages;
  sweep: Sweep;
}

export function buildAttachments(
  world: World,
  foundation: Foundation,
  { outbox, whereabouts, kick }: AttachmentExits,
): AttachmentRoom {
  const { people, registry, attachments, queue, events, retryWhileFull } = foundation;
  const { config, store, log } = world;
  const disk = { store, attachments, retryWhileFull };
  const replies = buildReplies(people, outbox);
  const intake = createMessageIntake({
    disk,
    target: {
      prompts: queue,
      session(id) {
        const session = registry.get(id);
        if (session === undefined) return undefined;
        const { name, surface } = session;
        return { name, live: isLive(session), runsText: surface === 'screen' };
      },
      async directory(id) {
        const session = registry.get(id);
        return session === undefined ? undefined : whereabouts.directory(session);
      },
      kick: (session) => store.afterCommit(() => kick(session)),
      ageNoteMs: config.CCBOT_AGE_NOTE_AFTER * 60_000,
    },
    replies,
    media: { download: { files: world.files }, speech: buildSpeech(world, people, outbox) },
    clock: world,
    log,
  });
  events.listen({
    typing: (prompt) => intake.refresh(prompt),
    refused: (prompt) => intake.refused(prompt),
  });
  const kept = createKeptMessages({
    disk,
    replies,
    clock: world,
    queue: (session, ids) => intake.queue(session, ids),
  });
  const expireKept = (): void => kept.expire();
  return { intake, kept, sweep: createSweep({ attachments, expireKept, now: () => world.now(), log }) };
}

function buildReplies(people: People, outbox: Outbox): Replies {
  return {
    wordsOf: (chatId) => people.wordsOf(chatId),
    tell: (to, key, text, replyTo, rows) =>
      outbox.put({ ...to, key, view: withButtons(renderNotice(text), rows), class: 'notice', replyTo }),
    react(chatId, messageId, emoji) {
      const reaction = emoji === null ? [] : [{ type: 'emoji', emoji }];
      outbox.hint('setMessageReaction', { chat_id: chatId, message_id: messageId, reaction });
    },
  };
}

function buildSpeech(world: World, people: People, outbox: Outbox) {
  return createSpeech({
    wordsOf: (chatId) => people.wordsOf(chatId),
    ...transcription(world),
    show: ({ chatId, session }, key, text, replyTo, live) =>
      outbox.put({
        chatId,
        thread: 'session',
        session,
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
  const transcriber: Transcriber = {
    async transcribe(path, options) {
      // Looked up each time: after installing it nothing has to be restarted.
      const ffmpeg = await findProgram('ffmpeg', env['PATH'] ?? '/usr/bin:/bin');
      const whisper = createWhisper({
        bin: inHome(config.WHISPER_BIN, home),
        model: inHome(config.WHISPER_MODEL_PATH, home),
        language: config.WHISPER_LANGUAGE,
        ffmpeg,
        env: agentEnvironment(env, withheldFromAgents(config)),
      });
      return whisper.transcribe(path, options);
    },
  };
  return { transcriber, missing };
}
