import type { WordsOf } from '../words/words';
import type { Attachment } from './model';
import { createSlots } from './slots';
import { outboxKey, type OutboxKey } from '../outbox/keys';

/** Turns a recording into text. */
export interface Transcriber {
  /** Calls `onProgress` with percents. Never throws because of a program; returns a reason when `signal` is aborted. */
  transcribe(
    path: string,
    options: { language?: string; signal: AbortSignal; onProgress(percent: number): void },
  ): Promise<{ ok: true; text: string } | { ok: false; reason: string }>;
}

export interface SpeechDeps {
  wordsOf: WordsOf;
  /** Null when it is not set up; `missing` names the settings then. */
  transcriber: Transcriber | null;
  missing: readonly string[];
  /** Shows a notice under a key, in answer to a message of an attachment; a later one under that key replaces it. `live`: it will change. */
  show(attachment: Attachment, key: OutboxKey, text: string, replyTo: number, live: boolean): void;
}

/** Transcribes voice messages. */
export interface Speech {
  /** Transcribes part `index` of an attachment and shows the text to the user; null when the agent must get the file. */
  read(attachment: Attachment, index: number, path: string, signal: AbortSignal): Promise<string | null>;
}

/** Transcribes one recording at a time, because a transcriber takes all the processors it gets. */
export function createSpeech(deps: SpeechDeps): Speech {
  const slots = createSlots(1);
  return {
    async read(attachment, index, path, signal) {
      const key = outboxKey('voice', attachment.id, index);
      const replyTo = attachment.parts[index]?.messageId ?? attachment.messageId;
      const show = (text: string, live = false): void => deps.show(attachment, key, text, replyTo, live);
      const { transcriber } = deps;
      const words = deps.wordsOf(attachment.chatId);
      if (transcriber === null) {
        show(words.voiceUntyped(deps.missing));
        return null;
      }
      show(words.transcribing(null), true);
      const result = await slots.run(() =>
        transcriber.transcribe(path, {
          signal,
          onProgress: (percent) => show(words.transcribing(percent), true),
          ...(attachment.language === undefined ? {} : { language: attachment.language }),
        }),
      );
      if (signal.aborted) return null; // the next run transcribes it again
      if (!result.ok) {
        show(words.transcriptFailed(result.reason));
        return null;
      }
      show(result.text === '' ? words.transcriptEmpty : words.transcribed(result.text));
      return result.text === '' ? null : result.text;
    },
  };
}
