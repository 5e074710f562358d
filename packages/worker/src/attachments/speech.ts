import type { WordsOf } from '../words/words';
import type { Attachment } from './model';
import { createSlots } from './slots';
import { outboxKey, type OutboxKey } from '../outbox/keys';

/** Turns a recording into text. */
export interface Transcriber {
  /** `onProgress` is told percents. Never throws for what a program does; ends with its reason when `signal` is aborted. */
  transcribe(
    path: string,
    options: { language?: string; signal: AbortSignal; onProgress(percent: number): void },
  ): Promise<{ ok: true; text: string } | { ok: false; reason: string }>;
}

/** What reading voice messages is given. */
export interface SpeechDeps {
  wordsOf: WordsOf;
  /** Null where it is not set up; `missing` names the settings then. */
  transcriber: Transcriber | null;
  missing: readonly string[];
  /** Shows under a key, in answer to a message; what is shown later takes its place. `live`: it will change. */
  show(chatId: number, key: OutboxKey, text: string, replyTo: number, live: boolean): void;
}

/** Makes voice messages readable. */
export interface Speech {
  /** What is said in part `index` of a parcel, shown to the person; null when the agent is to get the file. */
  read(parcel: Attachment, index: number, path: string, signal: AbortSignal): Promise<string | null>;
}

/** Makes it; one recording at a time, as a transcriber takes all the processors it gets. */
export function createSpeech(deps: SpeechDeps): Speech {
  const slots = createSlots(1);
  return {
    async read(parcel, index, path, signal) {
      const key = outboxKey('voice', parcel.id, index);
      const replyTo = parcel.parts[index]?.messageId ?? parcel.messageId;
      const show = (text: string, live = false): void => deps.show(parcel.chatId, key, text, replyTo, live);
      const { transcriber } = deps;
      const words = deps.wordsOf(parcel.chatId);
      if (transcriber === null) {
        show(words.voiceUntyped(deps.missing));
        return null;
      }
      show(words.transcribing(null), true);
      const result = await slots.run(() =>
        transcriber.transcribe(path, {
          signal,
          onProgress: (percent) => show(words.transcribing(percent), true),
          ...(parcel.language === undefined ? {} : { language: parcel.language }),
        }),
      );
      if (signal.aborted) return null; // the next run does it again
      if (!result.ok) {
        show(words.transcriptFailed(result.reason));
        return null;
      }
      show(result.text === '' ? words.transcriptEmpty : words.transcribed(result.text));
      return result.text === '' ? null : result.text;
    },
  };
}
