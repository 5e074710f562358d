import { button } from '../../cards/button';
import { renderNotice } from '../../cards/render';
import { folded, join, plain } from '../../cards/rich';
import type { Button, Part, View } from '../../cards/view';
import { plainName, type Session } from '../../sessions/model';
import { hideButton, keyButton, refreshButton, type PhoneKey } from './buttons';
import type { ScreenWords } from './words/words';

/** The keyboard under a screen, row by row. */
const KEYBOARD: readonly (readonly (readonly [string, PhoneKey])[])[] = [
  [['1', '1'], ['2', '2'], ['3', '3'], ['4', '4'], ['5', '5']],
  [['6', '6'], ['7', '7'], ['8', '8'], ['9', '9'], ['0', '0']],
  [['←', 'Left'], ['↑', 'Up'], ['↓', 'Down'], ['→', 'Right']],
  [['Esc', 'Escape'], ['Tab', 'Tab'], ['⇧Tab', 'BTab'], ['Space', 'Space']],
  [['y', 'y'], ['n', 'n'], ['Ctrl-C', 'C-c'], ['⏎ Enter', 'Enter']],
]; // oxfmt-ignore

/** The most characters of a screen that is shown as text: it must fit one message with its heading. */
const TEXT_MAX = 3_500;

/**
 * The same under a picture, whose caption holds 1,024 UTF-16 units. The text is there for the notification, and to copy
 * a link from.
 */
const CAPTION_MAX = 800;

/** A session's screen as a picture with keys; the end of its text is in the caption. */
export function pictureView(
  session: Session,
  png: Uint8Array,
  rows: readonly string[],
  words: ScreenWords,
): View {
  const text = endOf(rows, CAPTION_MAX);
  const caption = join([plain(words.caption(session.name)), folded(plain(text))], '\n');
  const file = { name: `${plainName(session)}.png`, as: 'photo' as const, content: { bytes: png } };
  return { parts: [{ ...caption, file, buttons: keyboardOf(session, words) }] };
}

/** A session's screen as text with keys. `undrawn`: why there is no picture; null: the chat wants none. */
export function textView(
  session: Session,
  rows: readonly string[],
  undrawn: string | null,
  words: ScreenWords,
): View {
  const screen = endOf(rows, TEXT_MAX) || words.empty;
  const text =
    undrawn === null ? words.asText(session.name, screen) : words.undrawn(session.name, screen, undrawn);
  const { parts } = renderNotice(text);
  const buttons = keyboardOf(session, words);
  return { parts: parts.map((part, i): Part => (i === parts.length - 1 ? { ...part, buttons } : part)) };
}

/** The last lines that fit `max` characters; a line that is cut is left out. */
function endOf(rows: readonly string[], max: number): string {
  const text = rows.map((row) => row.trimEnd()).join('\n');
  const end = text
    .trimEnd()
    .replace(/^\s*\n/, '')
    .slice(-max);
  const whole = end.length < max ? end : end.slice(end.indexOf('\n') + 1);
  return whole.replace(/\n{3,}/g, '\n\n').trim();
}

function keyboardOf({ id: session }: Session, words: ScreenWords): Button[][] {
  return [
    ...KEYBOARD.map((row) => row.map(([label, key]) => button(keyButton, label, { session, key }))),
    [button(refreshButton, words.refresh, { session }), button(hideButton, words.close, { session })],
  ];
}
