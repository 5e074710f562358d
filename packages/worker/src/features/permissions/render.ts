import type { PermissionSubject, PlanSubject, Subject } from '../../agents/model';
import { cleanText, maskedLine } from '../../cards/clean';
import { richOf } from '../../cards/markdown';
import { paginate } from '../../cards/paginate';
import { join, plain, styled } from '../../cards/rich';
import type { Part, Rich, View } from '../../cards/view';
import { keyboardOf } from './keyboard';
import { changedLines } from './diff';
import type { AgentRequest, RequestCopy } from './model';
import { questionBody } from './question-view';
import type { RequestWords } from './words/words';

/** The text of one message, UTF-16 units. Leaves room for the footer. */
const PAGE = 3_600;

/** A request with more pages is one message whose pages the user turns; otherwise each page is a message. */
const MOST_PARTS = 3;

const SIGN = { permission: '🔐', questions: '❓', plan: '📋' } as const;

/**
 * Shows a request in one chat: its full content, and how to answer it or how it was answered. `nameOf` names the users of
 * other chats.
 */
export function renderRequest(
  request: AgentRequest,
  copy: RequestCopy,
  words: RequestWords,
  nameOf: (chatId: number) => string,
): View {
  const pages = paginate(join([headingOf(request, words), bodyOf(request, words)], '\n\n'), PAGE);
  const page = Math.min(Math.max(0, copy.page), pages.length - 1);
  const paged = pages.length > MOST_PARTS;
  const shown = paged ? pages.slice(page, page + 1) : pages;
  const state = stateOf(request, copy, words, nameOf);
  const footer = footerOf(state, paged ? words.pageOf(page + 1, pages.length) : '');
  const buttons = keyboardOf(request, copy, words, paged ? { page, pages: pages.length } : null);
  return {
    parts: shown.map((rich, i): Part => {
      if (i < shown.length - 1) return rich;
      const last = join([rich, footer], '\n\n');
      return buttons.length === 0 ? last : { ...last, buttons };
    }),
  };
}

/** Shows a request on one line, for a list. */
export function lineOf(request: AgentRequest, words: RequestWords): string {
  const { what } = request.asked;
  switch (what.kind) {
    case 'permission':
      return maskedLine(`${wantsOf(request, what.subject, words)} ${request.asked.title}`, 100);
    case 'questions':
      return maskedLine(`${words.hasQuestion}: ${what.questions[0]?.question ?? ''}`, 100);
    case 'plan':
      return words.hasPlan;
  }
}

function headingOf(request: AgentRequest, words: RequestWords): Rich {
  const { what, subAgent } = request.asked;
  const name = styled('bold', maskedLine(request.name, 64) || request.session);
  const from = subAgent === undefined ? '' : ` (${maskedLine(words.subAgent(subAgent.type), 60)})`;
  return join([plain(`${SIGN[what.kind]} `), name, plain(`${from} ${summaryOf(request, words)}`)]);
}

/** What the agent wants, as a predicate. */
function summaryOf(request: AgentRequest, words: RequestWords): string {
  const { what } = request.asked;
  switch (what.kind) {
    case 'permission':
      return wantsOf(request, what.subject, words);
    case 'questions': {
      const count = what.questions.length;
      const n = Math.min((request.answers?.index ?? 0) + 1, count);
      return count > 1 && request.phase === 'open' ? words.hasQuestions(n, count) : words.hasQuestion;
    }
    case 'plan':
      return what.plan.trim() === '' ? words.leavesPlan : words.hasPlan;
  }
}

function wantsOf(request: AgentRequest, subject: Subject, words: RequestWords): string {
  return subject.type === 'tool'
    ? words.wants.tool(maskedLine(request.asked.tool, 80))
    : words.wants[subject.type];
}

function bodyOf(request: AgentRequest, words: RequestWords): Rich {
  const { what } = request.asked;
  switch (what.kind) {
    case 'permission':
      return permissionBody(request, what, words);
    case 'questions':
      return questionBody(what, request, words);
    case 'plan':
      return planBody(what);
  }
}

/** A plan is written for the user, so its Markdown is rendered. */
const planBody = ({ plan }: PlanSubject): Rich => richOf(plan);

function permissionBody(
  request: AgentRequest,
  { purpose, subject, extra, always }: PermissionSubject,
  words: RequestWords,
): Rich {
  const longNames = always.map(({ names }) => names.join(', ')).filter((names) => names.length > LONG_NAMES);
  return join(
    [
      italic(purpose),
      ...subjectBody(subject, request.diff, words),
      pre(extra),
      ...longNames.map((names) => plain(cleanText(words.alwaysMeans(names)))),
    ],
    '\n\n',
  );
}

/** Longer names, UTF-16 units, do not fit the button that always allows them. */
const LONG_NAMES = 30;

function subjectBody(subject: Subject, diff: string | undefined, words: RequestWords): Rich[] {
  switch (subject.type) {
    case 'command':
      return [pre(subject.command, 'bash')];
    case 'patch':
      return [pre(subject.patch, 'diff')];
    case 'edit': {
      if (diff !== undefined) return [code(subject.path), pre(diff, 'diff')];
      const edits = subject.edits.flatMap((edit) => [
        plain(edit.all ? words.all : ''),
        pre(changedLines(edit.before, edit.after) ?? edit.after, 'diff'),
      ]);
      return [code(subject.path), ...edits];
    }
    case 'write': {
      if (diff !== undefined) return [code(subject.path), pre(diff, 'diff')];
      return [
        code(subject.path),
        subject.content.trim() === '' ? plain(words.emptyFile) : pre(subject.content),
      ];
    }
    case 'fetch':
      return [code(subject.url), plain(cleanText(subject.prompt).trim())];
    case 'tool':
      return [pre(subject.input, 'json')];
  }
}

function footerOf(state: string, page: string): Rich {
  return join([styled('italic', page), state === '' ? plain('') : plain(cleanText(state).trim())], '\n');
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
      if (outcome !== 'taken') return words.over[outcome ?? 'gone'];
      if (decision === undefined) return '';
      return other === undefined ? words.taken(decision, kind) : words.answeredBy(other, decision, kind);
  }
}

/** An entity must not begin or end with white space. */
function inStyle(text: string, style: Omit<Rich['entities'][number], 'offset' | 'length'>): Rich {
  const whole = cleanText(text).replace(/^\n+|\s+$/g, '');
  return whole.trim() === ''
    ? plain('')
    : { text: whole, entities: [{ ...style, offset: 0, length: whole.length }] };
}

const pre = (text: string, language?: string): Rich =>
  inStyle(text, { type: 'pre', ...(language === undefined ? {} : { language }) });
const code = (text: string): Rich => inStyle(text, { type: 'code' });
const italic = (text: string): Rich => inStyle(maskedLine(text, 300), { type: 'italic' });
