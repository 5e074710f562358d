import { buttonData } from '../../cards/button';
import { hideButton, keyButton, refreshButton, type PhoneKey } from './buttons';
import { renderNotice } from '../../cards/render';
import { folded, join, plain } from '../../cards/rich';
import type { Button, Part, View } from '../../cards/view';
import type { Words } from '../../words/words';
import type { Session } from '../../sessions/model';

/** The keyboard under a screen, as it lies on the phone. */
const KEYBOARD: readonly (readonly (readonly [string, PhoneKey])[])[] = [
  [['1', '1'], ['2', '2'], ['3', '3'], ['4', '4'], ['5', '5']],
  [['6', '6'], ['7', '7'], ['8', '8'], ['9', '9'], ['0', '0']],
  [['←', 'Left'], ['↑', 'Up'], ['↓', 'Down'], ['→', 'Right']],
  [['Esc', 'Escape'], ['Tab', 'Tab'], ['⇧Tab', 'BTab'], ['Space', 'Space']],
  [['y', 'y'], ['n', 'n'], ['Ctrl-C', 'C-c'], ['⏎ Enter', 'Enter']],
]; // prettier-ignore

/** The most characters of a screen that are shown as text: it has to fit one message with its heading. */
const SCREEN_MAX = 3_500;

/** The same under a picture, whose caption holds 1,024 UTF-16 units: for the notification, and to copy a link from. */
const CAPTION_MAX = 800;

/** A session's screen as a picture, with the keys that can be pressed on it; the end of its text is in the caption. */
export function pictureView(
  session: Session,
  png: Uint8Array,
  screen: readonly string[],
  words: Words,
): View {
  const text = textOf(screen, CAPTION_MAX);
  const caption = join([plain(words.screenHead(session.name)), folded(plain(text))], '\n');
  const file = { name: `${session.name}.png`, as: 'photo' as const, content: { bytes: png } };
  return { parts: [{ ...caption, file, buttons: keyboardOf(session, words) }] };
}

/** A session's screen as text, with the same keys; `why` there is no picture, null: none is wanted. */
export function screenView(
  session: Session,
  screen: readonly string[],
  why: string | null,
  words: Words,
): View {
  const textIn = (name: string, shown: string): string =>
    why === null ? words.screenText(name, shown) : words.screenOf(name, shown, why);
  const text = textOf(screen, SCREEN_MAX);
  const { parts } = renderNotice(textIn(session.name, text === '' ? words.emptyScreen : text));
  const last = parts.length - 1;
  const buttons = keyboardOf(session, words);
  return { parts: parts.map((part, i): Part => (i === last ? { ...part, buttons } : part)) };
}

function textOf(screen: readonly string[], most: number): string {
  const text = screen.map((row) => row.trimEnd()).join('\n');
  const end = text
    .trimEnd()
    .replace(/^\s*\n/, '')
    .slice(-most);
  // Not from within a line.
  return (end.length < most ? end : end.slice(end.indexOf('\n') + 1)).replace(/\n{3,}/g, '\n\n').trim();
}

function keyboardOf(session: Session, words: Words): Button[][] {
  const of = { session: session.id };
  return [
    ...KEYBOARD.map((row) =>
      row.map(([text, key]) => ({ text, data: buttonData(keyButton, { ...of, key }) })),
    ),
    [
      { text: words.refresh, data: buttonData(refreshButton, { ...of }) },
      { text: words.closeScreen, data: buttonData(hideButton, { ...of }) },
    ],
  ];
}
