import { oneLine } from '@ccbot/shared/one-line';

/** Longest title, summary or first words, UTF-16 units. */
const TITLE_MAX = 300;

/** What an agent wrote, as a title. */
export function titleLine(text: string): string {
  return oneLine(text, TITLE_MAX);
}
