import type { AttachedBlock } from './attach';
import { agentLines, figureLine, todoLines } from './beside';
import { BUTTON_DATA_MAX, button } from './button';
import { BUTTON } from './buttons';
import { agentRich, guarded, withoutTaps } from './agent-text';
import { cleanText, maskedLine } from './clean';
import { USUAL_LOOK, type CardLook } from './look';
import { richOf, sheetOf } from './markdown';
import type { Card, ToolRow } from './model';
import { MARKDOWN_MAX } from './parser';
import { ENTITY_LIMIT, paginate, tailOf, TEXT_LIMIT } from './paginate';
import { withPanel } from './panel';
import { discreet } from './redact/mask';
import { maskGrowing } from './redact/secrets';
import { answerOf, interimOf } from './reduce';
import { folded, join, plain, sliceRich, styled } from './rich';
import { richTurn } from './rich-turn';
import { renderScreenCard } from './screen-card';
import { signs } from './signs';
import type { Button, Part, Rich, View } from './view';
import type { CardWords } from '../words/topics/card';

/** The end of a thought on a live card, UTF-16 units. */
const THOUGHT = 300;
/** A finished tool shows its time from this many ms on; shorter ones are noise. A running one shows it sooner. */
const LONG_TOOL_MS = { over: 5000, running: 2000 };
/** An interim text longer than this is shown in full in the finished turn; shorter ones are folded with the tools. */
const REMARK_MAX = 500;
/** The widths to which lines of a card are cut, UTF-16 units. */
const WIDTH = { name: 64, agent: 40, prompt: 60, title: 60, foldedTitle: 100, summary: 80, error: 300 };

/** How a live card is shown. */
export interface CardOptions {
  look?: CardLook;
  /** The text being written is shown as a draft instead, and left out here. */
  drafted?: boolean;
  /** The other user who wrote the turn's prompt. */
  by?: string;
  /** The other sessions, at the bottom of the card. */
  panel?: Rich;
}

/**
 * The live card, always one part: what the agent does, and the end of what it says. `now` is ms since the epoch. Whatever
 * comes from an agent is data: cut to lines, without control characters, and only its texts are read as Markdown.
 */
export function renderCard(card: Card, now: number, words: CardWords, options: CardOptions = {}): View {
  const panel = options.panel ?? plain('');
  if (card.screen !== undefined) return renderScreenCard(card, words, panel);
  const isInTurn = card.phase === 'working' || card.phase === 'starting';
  const head = headOf(card, now, words, options);
  if (!isInTurn) return oneMessage(card, head, panel, words);
  const look = options.look ?? USUAL_LOOK;
  const writing =
    options.drafted === true || card.writing === undefined
      ? ''
      : `${maskGrowing(card.writing)} ${signs.writing}`;
  const room = Math.min(look.text, TEXT_LIMIT - head.text.length - panel.text.length - 6);
  const entities = ENTITY_LIMIT - head.entities.length - panel.entities.length;
  const tail = liveText(card, writing, room, entities);
  return oneMessage(card, join([head, tail], '\n\n'), panel, words);
}

/** Everything on a live card above the text: what the agent does and how far it is. */
function headOf(card: Card, now: number, words: CardWords, options: CardOptions): Rich {
  const look = options.look ?? USUAL_LOOK;
  const isInTurn = card.phase === 'working' || card.phase === 'starting';
  const span = card.phase === 'working' ? words.span(now - (card.startedAt ?? now)) : words.phase[card.phase];
  const lines: Rich[] = [
    headerOf(signs.phase[card.phase], card, [maskedLine(card.agent, WIDTH.agent), span]),
  ];
  if (isInTurn && card.prompt !== '') lines.push(promptLine(card.prompt, options.by, WIDTH.prompt));
  const figures = figureLine(card.figures, words);
  if (figures.text !== '') lines.push(figures);
  if (card.allowing !== undefined) lines.push(styled('bold', words.allowing(card.allowing)));
  const head = join(
    [
      join(lines, '\n'),
      isInTurn ? todoLines(card.todos, words) : plain(''),
      isInTurn && look.thinking ? thoughtOf(card) : plain(''),
      isInTurn ? toolLines(card, now, words, look) : plain(''),
      agentLines(card.agents, now, words),
      errorOf(card, WIDTH.error, words),
    ],
    '\n\n',
  );
  return withoutTaps(head);
}

/** The newest tools of the turn. Sub-agents are left out: they have lines of their own. */
function toolLines(card: Card, now: number, words: CardWords, look: CardLook): Rich {
  const all = card.rows.filter((row) => row.n > 0 && !card.agents?.some((agent) => agent.id === row.id));
  const shown = look.tools ? all.slice(-look.rows) : [];
  const earlier = card.foldedRows + all.length - shown.length;
  const lines = shown.map((row) => rowOf(row, WIDTH.title, now, words));
  if (look.tools && earlier > 0) lines.unshift(plain(words.earlier(earlier)));
  if (card.compactedAt !== undefined) lines.push(styled('italic', words.compacted));
  return join(lines, '\n');
}

function oneMessage(card: Card, content: Rich, panel: Rich, words: CardWords): View {
  const whole = withPanel(content, panel);
  return { parts: [partOf(sliceRich(whole, 0, whole.text.length), buttonsOf(card, words))] };
}

/**
 * The finished turn, in as many parts as it needs: a header, then what led to the answer in the order it happened
 * (tools and short remarks folded, longer texts open), then the answer in full, and after it, as files, the code and the
 * tables that are too large for a phone. It does not depend on the clock. `by`: the other user who wrote the prompt.
 */
export function renderFinished(card: Card, words: CardWords, look: CardLook = USUAL_LOOK, by?: string): View {
  const { turn, files, header } = finishedTurn(card, words, look, by);
  const parts = [...messagesOf(turn, card).map((part) => partOf(part)), ...files.map(filePart)];
  const markdown = richTurn(card, header, words);
  return markdown === null ? { parts } : { parts, rich: [{ text: '', entities: [], markdown }] };
}

/** A finished turn before it is split into messages, the files made of it, and the text of its header. */
export function finishedTurn(
  card: Card,
  words: CardWords,
  look: CardLook = USUAL_LOOK,
  by?: string,
): { turn: Rich; files: AttachedBlock[]; header: string } {
  const outcome = card.outcome ?? 'done';
  const facts: string[] = [words.outcome[outcome]];
  if (card.startedAt !== undefined && card.endedAt !== undefined) {
    facts.push(words.span(card.endedAt - card.startedAt));
  }
  if (card.tools > 0) facts.push(words.tools(card.tools));
  if (card.compactedAt !== undefined) facts.push(words.compacted);
  const head = headerOf(signs.outcome[outcome], card, facts);
  const header = by === undefined ? head : join([head, promptLine(card.prompt, by, WIDTH.foldedTitle)], '\n');
  const { rich: answer, files } = sheetOf(answerOf(card) ?? '', words);
  const pieces = [header, ...storyOf(card, words, look), errorOf(card, Infinity, words), guarded(answer)];
  return { turn: withoutTaps(join(pieces, '\n\n')), files, header: header.text };
}

/** Room for the heading of a message that continues a turn, UTF-16 units. */
const CONTINUED = 100;

/**
 * A turn in messages. Each starts with a heading that names the session: an agent chooses its words, but not the first
 * line of a message, so none of its messages can pass for one of ccbot's own.
 */
function messagesOf(turn: Rich, card: Card): Rich[] {
  const [whole, ...more] = paginate(turn);
  if (whole === undefined || more.length === 0) return whole === undefined ? [] : [whole];
  const parts = paginate(turn, TEXT_LIMIT - CONTINUED, ENTITY_LIMIT - 1);
  return parts.map((part, i) =>
    i === 0 ? part : join([headerOf(signs.continued, card, [`${i + 1}/${parts.length}`]), part], '\n'),
  );
}

/** The prompt of a turn on its line; `by`: the other user who wrote it. */
export function promptLine(prompt: string, by: string | undefined, width: number): Rich {
  const text = maskedLine(prompt, width);
  const author = by === undefined ? '' : `${maskedLine(by, WIDTH.agent)}: `;
  return text === '' ? plain('') : styled('italic', `${signs.prompt} ${author}${text}`);
}

/** A message of ccbot's own, in Markdown. Blank Markdown gives a view without parts. */
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
    const text = agentRich(block.text);
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

/** The end of what the agent said in the turn. Only as many texts are parsed as fit. */
function liveText(card: Card, writing: string, room: number, entities: number): Rich {
  const texts: Rich[] = [guarded(plain(writing))];
  let length = writing.length;
  for (const block of card.texts.toReversed()) {
    if (length > room) break;
    const text = liveRich(block.text);
    texts.unshift(text);
    length += text.text.length;
  }
  // Masked before it is cut: half a credential no longer looks like one.
  const whole = discreet(join(texts, '\n\n'));
  if (whole.text.length <= room && whole.entities.length <= entities) return whole;
  const tail = tailOf(whole, room, entities);
  return tail.text === '' ? tail : join([plain('…'), tail], ' ');
}

/** A text on a live card. Of one that is too long for Markdown, the end is enough. */
function liveRich(text: string): Rich {
  return text.length > MARKDOWN_MAX
    ? guarded(plain(cleanText(text.slice(-MARKDOWN_MAX)).trim()))
    : agentRich(text);
}

/** What the agent thinks, in one line. Of a long thought the end is shown: it says where the agent is. */
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

/** One tool: `✓ Bash npm test`, with the time it took and why it failed. */
function rowOf(row: ToolRow, width: number, now: number, words: CardWords): Rich {
  const why = row.state === 'failed' && row.summary ? maskedLine(row.summary, WIDTH.summary) : '';
  const title = maskedLine(row.title, why === '' ? width : Math.floor(width / 2));
  const took = (row.endedAt ?? now) - row.startedAt;
  const notes: string[] = [];
  if (took >= (row.state === 'running' ? LONG_TOOL_MS.running : LONG_TOOL_MS.over))
    notes.push(`· ${words.span(took)}`);
  if (why !== '') notes.push(`— ${why}`);
  // Telegram makes no links in code: README.md is also a host name.
  return join(
    [plain(`${signs.tool[row.state]} ${row.name}`), styled('code', title), plain(notes.join(' '))],
    ' ',
  );
}

function errorOf(card: Card, width: number, words: CardWords): Rich {
  if (card.error === undefined) return plain('');
  const { error, text } = card.error;
  const line = [error, text].filter((word) => word !== '').join(': ') || words.error;
  return plain(`${signs.error} ${width === Infinity ? line : maskedLine(line, width)}`);
}

/** Leaves out a button with more data than Telegram takes: it would refuse the whole message. */
function buttonsOf(card: Card, words: CardWords): Button[] {
  const { session } = card;
  const buttons: Button[] = [];
  if (card.phase === 'working') buttons.push(button(BUTTON.interrupt, words.stop, { session }));
  if (card.phase !== 'ended' && card.phase !== 'lost') {
    buttons.push(button(BUTTON.screen, words.screen, { session }));
    if (card.allowing !== undefined) {
      buttons.push(button(BUTTON.allowAll, words.stopAllowing, { session, how: 'off' }));
    }
  }
  return buttons.filter(({ data }) => new TextEncoder().encode(data).length <= BUTTON_DATA_MAX);
}

function partOf(rich: Rich, buttons: readonly Button[] = []): Part {
  const part: Part = { text: rich.text, entities: rich.entities };
  return buttons.length === 0 ? part : { ...part, buttons: [buttons] };
}

function filePart({ name, text }: AttachedBlock): Part {
  const content = { bytes: new TextEncoder().encode(text) };
  return { text: '', entities: [], file: { name, as: 'document', content } };
}
