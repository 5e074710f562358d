import type { Subject } from '../../agents/model';
import { withoutTaps } from '../../cards/agent-text';
import { cleanText, maskedLine } from '../../cards/clean';
import { ENTITY_LIMIT } from '../../cards/paginate';
import { isRightToLeft, visible } from '../../cards/visible';
import { join, plain, styled } from '../../cards/rich';
import type { Part, Rich, View } from '../../cards/view';
import { headingTool, piecesOf, type Piece } from './body';
import { headAndTail } from './cut';
import { gateOf, isMasked } from './gate';
import { keyboardOf } from './keyboard';
import { BODY_MAX } from './measure';
import type { AgentRequest, RequestCopy } from './model';
import { planStyle } from './plan-style';
import { questionBody } from './question-view';
import { wholeText } from './whole-text';
import type { RequestWords } from './words/words';

/** The longest footer of a message, UTF-16 units. */
const FOOTER_MAX = 600;

const SIGN = { permission: '🔐', questions: '❓', plan: '📋' } as const;

/**
 * Shows a request in one chat: what it would run, and how to answer it or how it was answered. What does not fit into one
 * message is shown with its start and its end; {@link renderFile} has all of it. `nameOf` names the users of other chats.
 */
export function renderRequest(
  request: AgentRequest,
  copy: RequestCopy,
  words: RequestWords,
  nameOf: (chatId: number) => string,
): View {
  const pieces = request.fit === 'terminal' ? [] : piecesOf(request);
  const body = headAndTail(bodyOf(request, pieces, words), BODY_MAX, words.cut);
  const text = inert(join([headingOf(request, words), warningOf(request, pieces, words), body], '\n\n'));
  const footer = footerOf(request, copy, words, nameOf);
  const buttons = keyboardOf(request, copy, words);
  const part: Part = join([text, footer], '\n\n');
  return { parts: [buttons.length === 0 ? part : { ...part, buttons }] };
}

/** The text, letter by letter the same, with nothing in it that acts when it is tapped: no command of the agent is the user's. */
function inert(rich: Rich): Rich {
  const safe = withoutTaps(rich);
  return safe.entities.length <= ENTITY_LIMIT ? safe : styled('pre', rich.text);
}

/** The file with a whole request. */
export function renderFile(request: AgentRequest, words: RequestWords): View {
  const text = wholeText(request.asked.tool, piecesOf(request));
  const caption = cleanText(words.wholeRequest(maskedLine(request.name, 64) || request.session));
  return {
    parts: [
      {
        ...plain(caption),
        file: {
          name: `request-${request.id}.txt`,
          as: 'document',
          content: { bytes: new TextEncoder().encode(text) },
        },
      },
    ],
  };
}

/** Shows a request on one line, for a list. */
export function lineOf(request: AgentRequest, words: RequestWords): string {
  const { what } = request.asked;
  switch (what.kind) {
    case 'permission':
      return maskedLine(`${wantsOf(request, what.subject, words)} ${visible(request.asked.title).text}`, 100);
    case 'questions':
      return maskedLine(`${words.hasQuestion}: ${visible(what.questions[0]?.question ?? '').text}`, 100);
    case 'plan':
      return words.hasPlan;
  }
}

function headingOf(request: AgentRequest, words: RequestWords): Rich {
  const { what, subAgent } = request.asked;
  const name = styled('bold', maskedLine(request.name, 64) || request.session);
  const type = subAgent === undefined ? '' : maskedLine(visible(subAgent.type).text, 60);
  const from = subAgent === undefined ? '' : ` (${words.subAgent(type)})`;
  return join([plain(`${SIGN[what.kind]} `), name, plain(`${from} ${summaryOf(request, words)}`)]);
}

/** What the agent wants, as a predicate. */
function summaryOf(request: AgentRequest, words: RequestWords): string {
  const { what } = request.asked;
  switch (what.kind) {
    case 'permission': {
      const wants = wantsOf(request, what.subject, words);
      return what.subject.type === 'tool' ? wants : withTool(wants, request);
    }
    case 'questions': {
      const count = what.questions.length;
      const n = Math.min((request.answers?.index ?? 0) + 1, count);
      return count > 1 && request.phase === 'open' ? words.hasQuestions(n, count) : words.hasQuestion;
    }
    case 'plan':
      return withTool(what.plan.trim() === '' ? words.leavesPlan : words.hasPlan, request);
  }
}

function withTool(text: string, { asked }: AgentRequest): string {
  const tool = headingTool(asked.tool);
  return tool === null ? text : `${text} (${tool})`;
}

function wantsOf(request: AgentRequest, subject: Subject, words: RequestWords): string {
  return subject.type === 'tool'
    ? words.wants.tool(maskedLine(visible(request.asked.tool).text, 80))
    : words.wants[subject.type];
}

/** Warns of characters that are not what they seem, wherever in the request they are. */
function warningOf(request: AgentRequest, pieces: readonly Piece[], words: RequestWords): Rich {
  const { subAgent, tool, what } = request.asked;
  const always = what.kind === 'permission' ? what.always.flatMap(({ names }) => names) : [];
  const isOdd = pieces.some((piece) => piece.isOdd) || visible(subAgent?.type ?? '').isOdd;
  // The heading and the buttons may name what no piece does.
  const isReversed = [...pieces.map(({ text }) => text), tool, subAgent?.type ?? '', ...always].some(
    isRightToLeft,
  );
  const lines = [isOdd ? words.oddCharacters : '', isReversed ? words.rightToLeft : ''];
  return plain(
    lines
      .filter((line) => line !== '')
      .map((line) => `⚠ ${line}`)
      .join('\n'),
  );
}

function bodyOf(request: AgentRequest, pieces: readonly Piece[], words: RequestWords): Rich {
  const { what } = request.asked;
  if (request.fit === 'terminal') return plain(maskedLine(visible(request.asked.title).text, 300));
  if (what.kind === 'questions') return questionBody(what, request, words);
  return join(
    pieces.map((piece) => pieceOf(piece, words)),
    '\n\n',
  );
}

function pieceOf(piece: Piece, words: RequestWords): Rich {
  const text = styledPiece(piece);
  if (piece.always !== undefined) return join([plain(words.alwaysMeans), text], '\n');
  return piece.isNamed === true ? join([plain(`${piece.name}:`), text], '\n') : text;
}

/** What is visible neither starts nor ends with white space, as an entity must not. */
function styledPiece({ style, text, language }: Piece): Rich {
  if (style === 'plain') return plain(text);
  if (style === 'plan') return { text, entities: planStyle(text) };
  const range = { offset: 0, length: text.length };
  return { text, entities: [{ type: style, ...range, ...(language === undefined ? {} : { language }) }] };
}

function footerOf(
  request: AgentRequest,
  copy: RequestCopy,
  words: RequestWords,
  nameOf: (chatId: number) => string,
): Rich {
  const lines = [gateLine(request, copy, words), stateOf(request, copy, words, nameOf)];
  const text = cleanText(lines.filter((line) => line !== '').join('\n')).trim();
  return plain(text.length <= FOOTER_MAX ? text : maskedLine(text, FOOTER_MAX));
}

/** Why there is no button that lets something run. */
function gateLine(request: AgentRequest, copy: RequestCopy, words: RequestWords): string {
  if (request.phase !== 'open') return '';
  if (request.asked.what.kind === 'questions') return isMasked(request, copy) ? words.gate.masked : '';
  const gate = gateOf(request, copy);
  if (gate === 'open') return '';
  return gate === 'failed' ? words.gate.failed(copy.file?.why ?? '') : words.gate[gate];
}

/** How the request was answered and by whom, or the text that we wait for. */
function stateOf(
  request: AgentRequest,
  copy: RequestCopy,
  words: RequestWords,
  nameOf: (chatId: number) => string,
): string {
  const { decision, outcome, by } = request;
  const other = by === undefined || by === copy.chatId ? undefined : nameOf(by);
  const { kind } = request.asked.what;
  switch (request.phase) {
    case 'open': {
      if (copy.writing !== undefined) return words.write[copy.writing.what];
      const writers = request.copies.filter(({ writing }) => writing !== undefined);
      return writers.map(({ chatId }) => words.writes(nameOf(chatId))).join('\n');
    }
    case 'decided':
      if (decision === undefined) return '';
      if (other === undefined) return words.decided(decision);
      return `${words.answeredBy(other, decision, kind)}\n${words.notTaken}`;
    case 'closed':
      if (outcome === 'elsewhere' && kind === 'questions') return words.overQuestion;
      if (outcome !== 'taken') return words.over[outcome ?? 'gone'];
      if (decision === undefined) return '';
      return other === undefined ? words.taken(decision, kind) : words.answeredBy(other, decision, kind);
  }
}
