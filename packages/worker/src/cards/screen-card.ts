import { button } from './button';
import { BUTTON } from './buttons';
import { maskedLine } from './clean';
import type { Card } from './model';
import { withPanel } from './panel';
import { join, plain, styled } from './rich';
import { signs } from './signs';
import type { Button, Rich, View } from './view';
import type { CardWords } from '../words/topics/card';

/** How much of a screen a card shows: rows, and UTF-16 units that fit on a phone. */
const ROWS = 25;
const UNITS = 2_500;

/** The widths to which lines above the screen are cut, UTF-16 units. */
const WIDTH = { name: 64, agent: 40, line: 200 };

/** The rows of a screen that a card stores: without the empty ones at both ends, and no more than it shows. */
export function screenRows(screen: readonly string[]): string {
  const rows = [...screen];
  while (rows.length > 0 && rows.at(-1)?.trim() === '') rows.pop();
  const text = rows.slice(-ROWS).join('\n').slice(-UNITS);
  return text.trim() === '' ? '' : text.replace(/^(?:[^\S\n]*\n)+/, '').trimEnd();
}

/** The card of a session without a transcript: what runs, and the end of its screen. */
export function renderScreenCard(card: Card, words: CardWords, panel: Rich): View {
  const name = maskedLine(card.name, WIDTH.name) || card.session;
  const facts = ` · ${maskedLine(card.agent, WIDTH.agent)} · ${words.running}`;
  const line = maskedLine(card.prompt, WIDTH.line);
  const head = join([plain(`${signs.phase.idle} `), styled('bold', name), plain(facts)]);
  const screen = card.screen ?? '';
  const content = join(
    [
      head,
      line === '' ? plain('') : join([plain(`${signs.prompt} `), styled('code', line)]),
      screen.trim() === '' ? plain('') : styled('pre', screen),
    ],
    '\n',
  );
  const rich = withPanel(content, panel);
  const buttons: Button[] = [
    button(BUTTON.interrupt, words.interrupt, { session: card.session }),
    button(BUTTON.screen, words.screen, { session: card.session }),
  ];
  return { parts: [{ text: rich.text, entities: rich.entities, buttons: [buttons] }] };
}
