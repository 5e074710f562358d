import { createHash } from 'node:crypto';
import type { Part } from '../cards/view';
import type { WordsOf } from '../words/words';
import type { OutboxWords } from '../words/topics/outbox';
import { formsOf, type Face, type Form } from './decide';
import type { Rows } from './footer';
import type { QueuedView } from './model';
import { shaped } from './request';
import type { RichMessages } from './rich-messages';

/** A queued view in the forms in which it is shown at present. */
export interface ShownView {
  queued: QueuedView;
  parts: readonly Part[];
  faces: readonly Face[];
  /** As rich messages. */
  rich: boolean;
  /** The footer that goes with the call. */
  rows?: Rows;
}

/** How far parts had to be simplified because Telegram refused them, until they are shown. Not stored. */
export interface Forms {
  shown(queued: QueuedView): ShownView;
  /** Whether there is a simpler form: albums are sent message by message, rich messages as texts. */
  hasSimpler(queued: QueuedView, what: Simplified): boolean;
  simpler(queued: QueuedView, what: Simplified, why: string): void;
  /** Puts `words` in place of a file at once. */
  words(queued: QueuedView, part: number, words: string): void;
  /** Counts the uploads of a part that may or may not have arrived. */
  doubt(queued: QueuedView, part: number): number;
  /** The files in whose place there are words. */
  missing(queued: QueuedView): { file: number; why: string }[];
  /** The view is shown or dropped: forgets everything about it. */
  forget(queued: QueuedView): void;
}

/** What is simplified: a part, an album as a whole, or all rich messages of a view. */
export type Simplified = number | 'album' | 'rich';

interface PartState {
  /** The index in the list of forms. */
  level: number;
  /** Why Telegram refused the form before. */
  why: string;
  /** The words in place of a file, where they are known already. */
  words?: string;
  doubts: number;
}

interface FormsState {
  rich: Pick<RichMessages, 'usable'>;
  wordsOf: WordsOf;
  /** By chat and key, then by what is simplified. */
  views: Map<string, Map<Simplified, PartState>>;
}

/** Nothing is simplified yet. `rich`: whether the server is thought to know rich messages. */
export function createForms(rich: Pick<RichMessages, 'usable'>, wordsOf: WordsOf): Forms {
  const state: FormsState = { rich, wordsOf, views: new Map() };
  return {
    shown: (queued) => shownView(state, queued),
    hasSimpler(queued, what) {
      if (typeof what === 'string') return true;
      return stateOf(state, queued, what).level < formsFor(queued, what).length - 1;
    },
    simpler(queued, what, why) {
      change(state, queued, what, { level: stateOf(state, queued, what).level + 1, why });
    },
    words(queued, part, words) {
      change(state, queued, part, { level: formsFor(queued, part).length - 1, words });
    },
    doubt(queued, part) {
      const doubts = stateOf(state, queued, part).doubts + 1;
      change(state, queued, part, { doubts });
      return doubts;
    },
    missing: (queued) => missingFiles(state, queued),
    forget(queued) {
      state.views.delete(viewKey(queued));
    },
  };
}

function viewKey({ chatId, key }: QueuedView): string {
  return `${chatId} ${key}`;
}

function stateOf({ views }: FormsState, queued: QueuedView, what: Simplified): PartState {
  return views.get(viewKey(queued))?.get(what) ?? { level: 0, why: '', doubts: 0 };
}

function change(state: FormsState, queued: QueuedView, what: Simplified, by: Partial<PartState>): void {
  const key = viewKey(queued);
  const parts = state.views.get(key) ?? new Map<Simplified, PartState>();
  parts.set(what, { ...stateOf(state, queued, what), ...by });
  state.views.set(key, parts);
}

function formsFor(queued: QueuedView, part: number): readonly Form[] {
  const whole = queued.view.parts[part];
  return whole === undefined ? [] : formsOf(whole, queued.class);
}

function shownView(state: FormsState, queued: QueuedView): ShownView {
  const { parts: whole, rich } = queued.view;
  if (rich !== undefined && stateOf(state, queued, 'rich').level === 0 && state.rich.usable()) {
    const faces = rich.map((part) => ({ hash: hashOf(part), file: '' }));
    return { queued: { ...queued, view: { parts: rich } }, parts: rich, faces, rich: true };
  }
  const parts = whole.map((part, i) => {
    const { level } = stateOf(state, queued, i);
    return shaped(part, formsFor(queued, i)[level] ?? 'whole', wordsInPlace(state, queued, part, i));
  });
  const faces = whole.map((part, i) => ({ hash: hashOf(part), file: fileOf(parts[i]) }));
  const { level } = stateOf(state, queued, 'album');
  const oneByOne = level > 0 ? { ...queued, view: { ...queued.view, album: false } } : queued;
  return { queued: oneByOne, parts, faces, rich: false };
}

function missingFiles(state: FormsState, queued: QueuedView): { file: number; why: string }[] {
  const files = queued.view.parts.flatMap((part, i) => (part.file === undefined ? [] : [{ part, i }]));
  return files.flatMap(({ part, i }, file) => {
    const form = formsFor(queued, i)[stateOf(state, queued, i).level];
    return form === 'words' ? [{ file, why: wordsInPlace(state, queued, part, i) }] : [];
  });
}

/** What the last form of a part says. */
function wordsInPlace(state: FormsState, queued: QueuedView, part: Part, i: number): string {
  const { words, why } = stateOf(state, queued, i);
  return words ?? refusal(part, why, state.wordsOf(queued.chatId).outbox);
}

function refusal({ text, file }: Part, why: string, words: OutboxWords): string {
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
