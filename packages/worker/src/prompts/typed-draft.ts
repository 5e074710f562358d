import { core } from '../agents/core';
import type { Keystroke } from '../terminal/panes';

/**
 * What the input line may hold while keystrokes are played, without white space: their text at each pause, where the
 * worker may have been killed, and at the end. The empty line is not among them.
 */
export function draftsOf(keys: readonly Keystroke[]): string[] {
  const drafts = new Set<string>();
  let draft = '';
  for (const key of keys) {
    if (key.kind === 'pause') drafts.add(core(draft));
    else if (key.kind !== 'key') draft += key.text;
    else if (key.key === 'BSpace') draft = draft.slice(0, -1);
    else if (key.key.length === 1) draft += key.key;
  }
  drafts.add(core(draft));
  drafts.delete('');
  return [...drafts];
}

/** A text that ccbot may have left in an input line, without white space. */
export interface TypedText {
  prompt: number;
  text: string;
}

/**
 * The prompts whose texts, one after the other in any order, make up a draft; the last one may be cut off. Null: somebody
 * else wrote some of it.
 */
export function promptsIn(draft: string, texts: readonly TypedText[]): number[] | null {
  if (draft === '') return [];
  for (const { prompt, text } of texts) {
    if (text === '') continue;
    if (text.startsWith(draft)) return [prompt];
    const rest = draft.startsWith(text) ? promptsIn(draft.slice(text.length), texts) : null;
    if (rest !== null) return [prompt, ...rest];
  }
  return null;
}
