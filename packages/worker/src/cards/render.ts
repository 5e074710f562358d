import type { AttachedBlock } from './attach';
import { agentLines, figureLine, todoLines } from './beside';
import { maskedLine } from './clean';
import { labels, signs } from './labels';
import { USUAL_LOOK, type CardLook } from './look';
import { richOf, sheetOf } from './markdown';
import { discreet } from './redact/mask';
import type { Card, ToolRow } from './model';
import { ENTITY_LIMIT, paginate, tailOf, TEXT_LIMIT } from './paginate';
import { withPanel } from './panel';
import { answerOf, interimOf } from './reduce';
import { richTurn } from './rich-turn';
import { folded, join, plain, sliceRich, styled } from './rich';
import { renderScreenCard } from './screen-card';
import { maskGrowing } from './redact/secrets';
import type { Button, Part, Rich, View } from './view';
import type { CardWords } from '../words/topics/card';

/** The end of a thought on a live card, UTF-16 units. */
const THOUGHT = 300;
/** A tool's time is told from this many ms on; shorter ones are noise. Of one that runs, it is told sooner. */
const LONG_TOOL_MS = { over: 5000, running: 2000 };
/** An interim text longer than this stands open in the finished turn; shorter ones are remarks, folded with the tools. */
const REMARK_MAX = 500;
/** The widths that a line of a card is cut to, UTF-16 units. */
const WIDTH = { name: 64, agent: 40, prompt: 60, title: 60, foldedTitle: 100, summary: 80, error: 300 };

/** What a card shows that is not of its session. */
export interface Beside {
  /** The other person who wrote the turn's prompt. */
  by?: string;
  /** The other sessions, at its foot. */
  panel?: Rich;
}

/**
 * The live card, always one part: what the agent does, and the end of what it says. `now` is ms since the epoch.
 * `beside`: what stands on it beside the session. `drafted`: the text being written is shown elsewhere, as a draft, and left out here.
 * All that comes from agents is data: cut to lines, without control characters, never read as markup but for the text.
 */
export function renderCard(
  card: Card,
  now: number,
  drafted = false,
  words: CardWords = labels,
  look: CardLook = USUAL_LOOK,
  beside: Beside = {},
): View {
  if (card.screen !== undefined) return renderScreenCard(card, words, beside.panel);
  const turn = card.phase === 'working' || card.phase === 'starting';
  const span = card.phase === 'working' ? words.span(now - (card.startedAt ?? now)) : words.phase[card.phase];
  const lines: Rich[] = [headerOf(signs.phase[card.phase], card, [maskedLine(card.agent, WIDTH.agent), span])];
  if (turn && card.prompt !== '') {
    lines.push(promptLine(card.prompt, beside.by, WIDTH.prompt));
  }
  const figures = figureLine(card.figures, words);
  if (figures.text !== '') lines.push(figures);
  // What sub-agents do is told further down, in lines of their own.
  const own = card.rows.filter((row) => row.n > 0 && !card.agents?.some((agent) => agent.id === row.id));
  const shown = turn && look.tools ? own.slice(-look.rows) : [];
  const earlier = card.foldedRows + own.length - shown.length;
  const rows = shown.map((row) => rowOf(row, WIDTH.title, now, words));
  if (turn && look.tools && earlier > 0) rows.unshift(plain(words.earlier(earlier)));
  if (turn && card.compactedAt !== undefined) rows.push(styled('italic', words.compacted));
  if (card.allowing !== undefined) lines.push(styled('bold', words.allowing(card.allowing)));
  const pieces = [
    join(lines, '\n'),
    turn ? todoLines(card.todos, words) : plain(''),
    turn && look.thinking ? thoughtOf(card) : plain(''),
    join(rows, '\n'),
    agentLines(card.agents, now, words),
    errorOf(card, WIDTH.error, words),
  ];
  const head = join(pieces, '\n\n');
  const panel = beside.panel ?? plain('');
  const room = Math.min(look.text, TEXT_LIMIT - head.text.length - panel.text.length - 6);
  const writing =
    drafted || card.writing === undefined ? '' : `${maskGrowing(card.writing)} ${signs.writing}`;
  const tail = turn
    ? liveText(card, writing, room, ENTITY_LIMIT - head.entities.length - panel.entities.length)
    : plain('');
  const whole = withPanel(join([head, tail], '\n\n'), panel);
  return { parts: [partOf(sliceRich(whole, 0, whole.text.length), buttonsOf(card, words))] };
}

/**
 * The finished turn, in as many parts as it takes: a header, then what led to the answer in the order it happened
 * (tools and short remarks folded, longer texts open), then the answer in full, and behind it the code and the tables
 * that are too much for a phone, as files. It does not depend on the clock. `by`: the other person who asked.
 */
export function renderFinished(
  card: Card,
  words: CardWords = labels,
  look: CardLook = USUAL_LOOK,
  by?: string,
): View {
  const outcome = card.outcome ?? 'done';
  const facts: string[] = [words.outcome[outcome]];
  if (card.startedAt !== undefined && card.endedAt !== undefined) {
    facts.push(words.span(card.endedAt - card.startedAt));
  }
  if (card.tools > 0) facts.push(words.tools(card.tools));
  if (card.compactedAt !== undefined) facts.push(words.compacted);
  const head = headerOf(signs.outcome[outcome], card, facts);
  const header = by === undefined ? head : join([head, promptLine(card.prompt, by, WIDTH.foldedTitle)], '\n');
  const { rich: answer, files } = sheetOf(answerOf(card) ?? '');
  const pieces = [header, ...storyOf(card, words, look), errorOf(card, Infinity, words), answer];
  const texts = paginate(join(pieces, '\n\n')).map((part) => partOf(part));
  const parts = [...texts, ...files.map(filePart)];
  const markdown = richTurn(card, header.text, words);
  return markdown === null ? { parts } : { parts, rich: [{ text: '', entities: [], markdown }] };
}

/** The prompt of a turn on its line; `by`: the other person who wrote it. */
export function promptLine(prompt: string, by: string | undefined, width: number): Rich {
  const text = maskedLine(prompt, width);
  const who = by === undefined ? '' : `${maskedLine(by, WIDTH.agent)}: `;
  return text === '' ? plain('') : styled('italic', `${signs.prompt} ${who}${text}`);
}

/** What ccbot itself says, in Markdown. Blank Markdown gives a view without parts. */
export function renderNotice(markdown: string): View {
  return { parts: paginate(richOf(markdown)).map((part) => partOf(part)) };
}

/** What led to the answer: runs of tools and remarks, each folded, and the longer texts between them. */
function storyOf(card: Card, words: CardWords, look: CardLook): Rich[] {
  const story: Rich[] = [];
  let run: Rich[] = [];
  const close = (): void => {
    story.push(folded(join(run, '\n')));
    run = [];
  };
  const rows = look.tools ? card.rows.filter((row) => row.n > 0) : [];
  const rowsUpTo = (n: number): void => {
    for (let row = rows[0]; row !== undefined && row.n <= n; row = rows[0]) {
      run.push(rowOf(row, WIDTH.foldedTitle, row.endedAt ?? row.startedAt, words));
      rows.shift();
    }
  };
  if (look.tools && card.foldedRows > 0) run.push(plain(words.earlier(card.foldedRows)));
  if (card.foldedTexts > 0) run.push(styled('italic', words.earlierTexts(card.foldedTexts)));
  for (const block of interimOf(card)) {
    rowsUpTo(block.after);
    const text = richOf(block.text);
    if (text.text.length <= REMARK_MAX) run.push(text);
    else {
      close();
      story.push(text);
    }
  }
  rowsUpTo(Infinity);
  close();
  return story.filter((piece) => piece.text !== '');
}

/** The end of what the agent said in the turn. Only as many texts are read as fit. */
function liveText(card: Card, writing: string, room: number, entities: number): Rich {
  const texts: Rich[] = [plain(writing)];
  let length = writing.length;
  for (const block of card.texts.toReversed()) {
    if (length > room) break;
    const text = richOf(block.text);
    texts.unshift(text);
    length += text.text.length;
  }
  // Before it is cut: half a credential is none any more.
  const whole = discreet(join(texts, '\n\n'));
  if (whole.text.length <= room && whole.entities.length <= entities) return whole;
  const tail = tailOf(whole, room, entities);
  return tail.text === '' ? tail : join([plain('…'), tail], ' ');
}

/** What the agent thinks, in one line: its end says where it is. */
function thoughtOf({ thinking = '' }: Card): Rich {
  const line = maskedLine(thinking, Infinity);
  return line === ''
    ? plain('')
    : styled('italic', line.length > THOUGHT ? `… ${line.slice(-THOUGHT)}` : line);
}

function headerOf(sign: string, card: Card, facts: readonly string[]): Rich {
  const name = maskedLine(card.name, WIDTH.name) || card.session;
  const rest = facts.filter((fact) => fact !== '').map((fact) => ` · ${fact}`);
  return join([plain(`${sign} `), styled('bold', name), plain(rest.join(''))]);
}

/** One tool: `✓ Bash npm test`, with how long it took and why it failed. */
function rowOf(row: ToolRow, width: number, now: number, words: CardWords): Rich {
  const why = row.state === 'failed' && row.summary ? maskedLine(row.summary, WIDTH.summary) : '';
  const title = maskedLine(row.title, why === '' ? width : Math.floor(width / 2));
  const took = (row.endedAt ?? now) - row.startedAt;
  const behind: string[] = [];
  if (took >= (row.state === 'running' ? LONG_TOOL_MS.running : LONG_TOOL_MS.over))
    behind.push(`· ${words.span(took)}`);
  if (why !== '') behind.push(`— ${why}`);
  // In code nothing turns into a link by itself: README.md is also a host name.
  return join(
    [plain(`${signs.tool[row.state]} ${row.name}`), styled('code', title), plain(behind.join(' '))],
    ' ',
  );
}

function errorOf(card: Card, width: number, words: CardWords): Rich {
  if (card.error === undefined) return plain('');
  const { error, text } = card.error;
  const line = [error, text].filter((word) => word !== '').join(': ') || words.error;
  return plain(`${signs.error} ${width === Infinity ? line : maskedLine(line, width)}`);
}

/** No button with more data than the 64 bytes that Telegram takes: it would refuse the whole message. */
function buttonsOf(card: Card, words: CardWords): Button[] {
  const buttons: Button[] = [];
  if (card.phase === 'working') buttons.push({ text: words.stop, data: `stop:${card.session}` });
  if (card.phase !== 'ended' && card.phase !== 'lost') {
    buttons.push({ text: words.screen, data: `screen:${card.session}` });
    if (card.allowing !== undefined) {
      buttons.push({ text: words.stopAllowing, data: `all:${card.session}:off` });
    }
  }
  return buttons.filter((button) => new TextEncoder().encode(button.data).length <= 64);
}

function partOf(rich: Rich, buttons: readonly Button[] = []): Part {
  const part: Part = { text: rich.text, entities: rich.entities };
  return buttons.length === 0 ? part : { ...part, buttons: [buttons] };
}

function filePart({ name, text }: AttachedBlock): Part {
  const content = { bytes: new TextEncoder().encode(text) };
  return { text: '', entities: [], file: { name, as: 'document', content } };
}
