import { buttonData } from '../../chat/buttons';
import type { OutboxWords } from '../../words/topics/outbox';
import { wordsIn } from '../../words/words';
import { maskRich } from './mask';
import { findSecrets, masked, type Secret } from './secrets';
import type { Button, Part, PartFile, View } from '../view';

/** What a view hides. */
export interface RedactedView {
  view: View;
  /** The parts that hold something shaped like a credential. */
  hidden: readonly number[];
}

/** How a view is veiled. */
export interface RedactOptions {
  /** Secrets that are looked for as they are. */
  known: readonly string[];
  /** With an id there are buttons that show and hide; without one there are none. */
  id?: string;
  /** The parts whose secrets the person wants to see. */
  open?: readonly number[];
  /** What the buttons say; absent: in English. */
  words?: Pick<OutboxWords, 'show' | 'hide'>;
}

/** Masks what is shaped like a credential in texts, captions and generated files of `view`. */
export function redactView(
  view: View,
  { known, id, open = [], words = wordsIn('en').outbox }: RedactOptions,
): RedactedView {
  const hidden: number[] = [];
  const redact = (parts: readonly Part[]): Part[] => {
    let inside = false;
    return parts.map((part, i) => {
      const shown = open.includes(i);
      const text = findSecrets(part.markdown ?? part.text, known, inside);
      inside = text.open;
      const file = coverFile(part, known);
      if (text.secrets.length === 0 && file === null) return part;
      if (!hidden.includes(i)) hidden.push(i);
      const content: Part = shown
        ? part
        : { ...part, ...maskedText(part, text.secrets), ...(file === null ? {} : { file }) };
      if (id === undefined || view.album === true || !keepable(part)) return content;
      const data = buttonData({ do: 'veil', id, part: i, show: !shown });
      const button: Button = { text: shown ? words.hide : words.show, data };
      return { ...content, buttons: [...(content.buttons ?? []), [button]] };
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

/** A generated file with its secrets masked; null when there are none, or the file is not one of ours. */
function coverFile({ file }: Part, known: readonly string[]): PartFile | null {
  const text = file === undefined ? null : generatedText(file);
  if (file === undefined || text === null) return null;
  const { secrets } = findSecrets(text, known);
  if (secrets.length === 0) return null;
  return { ...file, content: { bytes: new TextEncoder().encode(masked(text, secrets)) } };
}

/** Whether a part can be kept as JSON until somebody asks. What is read from its place may be gone by then. */
function keepable({ file }: Part): boolean {
  return file === undefined || 'kept' in file.content || generatedText(file) !== null;
}

/** The text of a document that was made in memory; null for anything else. */
function generatedText({ as, content }: PartFile): string | null {
  if (as !== 'document' || !('bytes' in content)) return null;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content.bytes);
    return text.includes('\0') ? null : text;
  } catch {
    return null; // bytes that are no text
  }
}
