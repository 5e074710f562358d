import { createHash } from 'node:crypto';
import type { Part } from '../cards/view';
import { formsOf, type Face } from './decide';
import { shaped } from './request';
import type { RichMessages } from './rich-messages';
import type { QueuedView } from './model';
import type { WordsOf } from '../words/words';
import type { OutboxWords } from '../words/topics/outbox';

/** How far parts had to be simplified because of what Telegram said of them, until they are shown. Not kept. */
export interface Forms {
  /** The wish as it is to be shown at present; `rich`: as rich messages. */
  shown(wanted: QueuedView): {
    wanted: QueuedView;
    parts: readonly Part[];
    faces: readonly Face[];
    rich: boolean;
  };
  /** Whether a part, an album or rich messages have a simpler form: an album goes message by message, rich ones as texts. */
  hasSimpler(wanted: QueuedView, what: What): boolean;
  simpler(wanted: QueuedView, what: What, why: string): void;
  /** Straight to the words in place of a file. */
  words(wanted: QueuedView, part: number, said: string): void;
  /** Counts the uploads of a part whose fate is unknown. */
  doubt(wanted: QueuedView, part: number): number;
  /** The files that are shown in words instead. */
  missing(wanted: QueuedView): { file: number; why: string }[];
  /** Nothing of the wish has to be simple any more. */
  forget(wanted: QueuedView): void;
}

/** What is simplified: a part, an album as a whole, or all rich messages of a wish. */
export type What = number | 'album' | 'rich';

interface State {
  level: number;
  /** What Telegram said of the form before. */
  why: string;
  /** The words that stand for a file, where they are known already. */
  said?: string;
  doubts: number;
}

/** Nothing has been simplified yet. `rich`: whether the server is thought to know rich messages. */
export function createForms(rich: Pick<RichMessages, 'usable'>, wordsOf: WordsOf): Forms {
  const views = new Map<string, Map<What, State>>();
  const keyOf = (wanted: QueuedView): string => `${wanted.chatId} ${wanted.key}`;
  const stateOf = (wanted: QueuedView, part: What): State =>
    views.get(keyOf(wanted))?.get(part) ?? { level: 0, why: '', doubts: 0 };
  const formsFor = (wanted: QueuedView, part: number): ReturnType<typeof formsOf> => {
    const whole = wanted.view.parts[part];
    return whole === undefined ? [] : formsOf(whole, wanted.class);
  };

  function change(wanted: QueuedView, part: What, by: Partial<State>): void {
    const key = keyOf(wanted);
    const states = views.get(key) ?? new Map<What, State>();
    states.set(part, { ...stateOf(wanted, part), ...by });
    views.set(key, states);
  }

  return {
    shown(wanted) {
      const asRich = wanted.view.rich;
      if (asRich !== undefined && stateOf(wanted, 'rich').level === 0 && rich.usable()) {
        const faces = asRich.map((part) => ({ hash: hashOf(part), file: '' }));
        return { wanted: { ...wanted, view: { parts: asRich } }, parts: asRich, faces, rich: true };
      }
      const whole = wanted.view.parts;
      const parts = whole.map((part, i) => {
        const { level, why, said } = stateOf(wanted, i);
        return shaped(
          part,
          formsFor(wanted, i)[level] ?? 'whole',
          said ?? wordsFor(part, why, wordsOf(wanted.chatId).outbox),
        );
      });
      const faces = whole.map((part, i) => ({ hash: hashOf(part), file: fileOf(parts[i]) }));
      const { level } = stateOf(wanted, 'album');
      const apart = level > 0 ? { ...wanted, view: { ...wanted.view, album: false } } : wanted;
      return { wanted: apart, parts, faces, rich: false };
    },
    hasSimpler(wanted, part) {
      if (typeof part === 'string') return true;
      return stateOf(wanted, part).level < formsFor(wanted, part).length - 1;
    },
    simpler(wanted, part, why) {
      change(wanted, part, { level: stateOf(wanted, part).level + 1, why });
    },
    words(wanted, part, said) {
      change(wanted, part, { level: formsFor(wanted, part).length - 1, said });
    },
    doubt(wanted, part) {
      const doubts = stateOf(wanted, part).doubts + 1;
      change(wanted, part, { doubts });
      return doubts;
    },
    missing(wanted) {
      const files = wanted.view.parts.flatMap((part, i) => (part.file === undefined ? [] : [{ part, i }]));
      return files.flatMap(({ part, i }, file) => {
        const { level, why, said } = stateOf(wanted, i);
        const inWords = formsFor(wanted, i)[level] === 'words';
        return inWords ? [{ file, why: said ?? wordsFor(part, why, wordsOf(wanted.chatId).outbox) }] : [];
      });
    },
    forget(wanted) {
      views.delete(keyOf(wanted));
    },
  };
}

function wordsFor({ text, file }: Part, why: string, words: OutboxWords): string {
  return file === undefined ? words.textRefused(text.length, why) : words.fileRefused(file.name, why);
}

/** Of everything that is seen of a part. */
function hashOf(part: Part): string {
  const file = fileOf(part);
  const seen = [
    part.markdown ?? part.text,
    part.entities,
    part.buttons ?? [],
    ...(file === '' ? [] : [file]),
  ];
  return createHash('sha256').update(JSON.stringify(seen)).digest('base64');
}

function fileOf(part: Part | undefined): string {
  const file = part?.file;
  return file !== undefined && 'kept' in file.content
    ? `${file.as} ${file.content.kept.sha} ${file.name}`
    : '';
}
