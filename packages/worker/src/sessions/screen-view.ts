import { renderNotice } from '../cards/render';
import type { Button, View } from '../cards/view';
import { buttonData } from '../router/buttons';
import type { PhoneKey } from '../router/intent';
import { words } from '../words/en';
import type { Session } from './model';

/** The keyboard under a screen, as it lies on the phone. */
const KEYBOARD: readonly (readonly (readonly [string, PhoneKey])[])[] = [
  [
    ['1', '1'],
    ['2', '2'],
    ['3', '3'],
    ['y', 'y'],
    ['n', 'n'],
  ],
  [
    ['←', 'Left'],
    ['↑', 'Up'],
    ['↓', 'Down'],
    ['→', 'Right'],
  ],
  [
    ['Esc', 'Escape'],
    ['Tab', 'Tab'],
    ['Space', 'Space'],
    ['Ctrl-C', 'C-c'],
    ['⏎ Enter', 'Enter'],
  ],
];

/** The most characters of a screen that are shown: it has to fit one message with its heading. */
const SCREEN_MAX = 3_500;

/** A session's screen as text, with the keys that can be pressed on it. */
export function screenView(session: Session, screen: readonly string[]): View {
  const lines = [...screen];
  while (lines.length > 0 && lines.at(-1)?.trim() === '') lines.pop();
  while (lines.length > 0 && lines[0]?.trim() === '') lines.shift();
  const text = lines.join('\n').slice(-SCREEN_MAX);
  const view = renderNotice(words.screenOf(session.name, text === '' ? words.emptyScreen : text));
  const keys: Button[][] = KEYBOARD.map((row) =>
    row.map(([label, key]) => ({ text: label, data: buttonData({ do: 'key', session: session.id, key }) })),
  );
  const last = view.parts.length - 1;
  return { parts: view.parts.map((part, i) => (i === last ? { ...part, buttons: keys } : part)) };
}
