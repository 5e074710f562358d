import type { OutboxWords } from '../../words/topics/outbox';
import { button } from '../button';
import { revealButton } from './button';
import { maskRich } from './mask';
import { findSecrets, masked, type Secret } from './secrets';
import type { Part, PartFile, View } from '../view';

export interface RedactedView {
  view: View;
  /** The parts that hold something shaped like a credential. */
  hidden: readonly number[];
}

export interface RedactOptions {
  /** Secrets to mask wherever they occur. */
  known: readonly string[];
  /** Absent: without buttons that show what is masked. */
  reveal?: RevealOptions;
}

/** Under each masked part there is a button that shows it, and under each shown part one that masks it again. */
export interface RevealOptions {
  /** Names the stored original. */
  id: string;
  /** The parts that the user wants to see. */
  open: readonly number[];
  words: Pick<OutboxWords, 'show' | 'hide'>;
}

/** Masks what is shaped like a credential in texts, captions and generated files of `view`. */
export function redactView(view: View, { known, reveal }: RedactOptions): RedactedView {
  const hidden: number[] = [];
  const redact = (parts: readonly Part[]): Part[] => {
    let inside = false;
    return parts.map((part, i) => {
      const isShown = reveal?.open.includes(i) === true;
      const text = findSecrets(part.markdown ?? part.text, known, inside);
      inside = text.open;
      const file = maskedFile(part, known);
      if (text.secrets.length === 0 && file === null) return part;
      if (!hidden.includes(i)) hidden.push(i);
      const content: Part = isShown
        ? part
        : { ...part, ...maskedText(part, text.secrets), ...(file === null ? {} : { file }) };
      if (reveal === undefined || view.album === true || !isStorable(part)) return content;
      const label = isShown ? reveal.words.hide : reveal.words.show;
      const toggle = button(revealButton, label, { id: reveal.id, part: i, show: !isShown });
      return { ...content, buttons: [...(content.buttons ?? []), [toggle]] };
    });
  };
  const parts = redact(view.parts);
  const rich = view.rich === undefined ? {} : { rich: redact(view.rich) };
  return { view: hidden.length === 0 ? view : { ...view, parts, ...rich }, hidden };
}

function maskedText(part: Part, secrets: readonly Secret[]): Partial<Part> {
  if (part.markdown !== undefined) return { markdown: masked(part.markdown, secrets) };
  return maskRich(part, secrets);
}

/** A generated file with its secrets masked; null when it has none, or the file is not generated. */
function maskedFile({ file }: Part, known: readonly string[]): PartFile | null {
  const text = file === undefined ? null : generatedText(file);
  if (file === undefined || text === null) return null;
  const { secrets } = findSecrets(text, known);
  if (secrets.length === 0) return null;
  return { ...file, content: { bytes: new TextEncoder().encode(masked(text, secrets)) } };
}

/** Whether a part can be stored as JSON until the user asks for it. A file read from its path may be gone by then. */
function isStorable({ file }: Part): boolean {
  return file === undefined || 'kept' in file.content || generatedText(file) !== null;
}

/** The text of a document made in memory; null for anything else. */
function generatedText({ as, content }: PartFile): string | null {
  if (as !== 'document' || !('bytes' in content)) return null;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content.bytes);
    return text.includes('\0') ? null : text;
  } catch {
    return null; // not a text
  }
}
