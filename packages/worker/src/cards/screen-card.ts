import { maskedLine } from './clean';
import { labels, signs } from './labels';
import type { Card } from './model';
import { withPanel } from './panel';
import { join, plain, styled } from './rich';
import type { Button, Rich, View } from './view';
import type { CardWords } from '../words/topics/card';

/** What of a screen is shown on a card: what one looks at on a phone. Rows, and UTF-16 units. */
const ROWS = 25;
const UNITS = 2_500;

/** The widths that lines of the head are cut to, UTF-16 units. */
const WIDTH = { name: 64, agent: 40, line: 200 };

/** The rows of a screen that a card keeps: without the empty ones at its ends, and no more than can be shown. */
export function screenRows(screen: readonly string[]): string {
  const rows = [...screen];
  while (rows.length > 0 && rows.at(-1)?.trim() === '') rows.pop();
  const text = rows.slice(-ROWS).join('\n').slice(-UNITS);
  return text.trim() === '' ? '' : text.replace(/^(?:[^\S\n]*\n)+/, '').trimEnd();
}

/** The card of a session that has no transcript: what runs, and the end of its screen. */
export function renderScreenCard(card: Card, words: CardWords = labels, panel: Rich = plain('')): View {
  const name = maskedLine(card.name, WIDTH.name) || card.session;
  const facts = ` · ${maskedLine(card.agent, WIDTH.agent)} · ${words.running}`;
  const line = maskedLine(card.prompt, WIDTH.line);
  const head = join([plain(`${signs.phase.idle} `), styled('bold', name), plain(facts)]);
  const screen = card.screen ?? '';
  const own = join(
    [
      head,
      line === '' ? plain('') : join([plain(`${signs.prompt} `), styled('code', line)]),
      screen.trim() === '' ? plain('') : styled('pre', screen),
    ],
    '\n',
  );
  const rich = withPanel(own, panel);
  const buttons: Button[] = [
    { text: words.interrupt, data: `stop:${card.session}` },
    { text: words.screen, data: `screen:${card.session}` },
  ];
  return { parts: [{ text: rich.text, entities: rich.entities, buttons: [buttons] }] };
}
