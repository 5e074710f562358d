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
import type { RequestWords } from '../../words/topics/asks';

/** The text of one message, UTF-16 units: some room is left for what stands under it. */
const PAGE = 3_600;

/** Up to so many messages a request is shown at once; a longer one in one message whose pages are turned. */
const MOST_PARTS = 3;

const SIGN = { permission: '🔐', questions: '❓', plan: '📋' } as const;

/**
 * A request as it is shown in one chat: what is asked in full, and what can be done about it or what became of it.
 * `nameOf` names the people of other chats.
 */
export function renderRequest(
  ask: AgentRequest,
  copy: RequestCopy,
  words: RequestWords,
  nameOf: (chatId: number) => string,
): View {
  const pages = paginate(join([headOf(ask, words), bodyOf(ask, words)], '\n\n'), PAGE);
  const page = Math.min(Math.max(0, copy.page), pages.length - 1);
  const paged = pages.length > MOST_PARTS;
  const shown = paged ? pages.slice(page, page + 1) : pages;
  const state = stateOf(ask, copy, words, nameOf);
  const foot = footerJson(state, paged ? words.pageOf(page + 1, pages.length) : '');
  const buttons = keyboardOf(ask, copy, words, paged ? { page, pages: pages.length } : null);
  return {
    parts: shown.map((rich, i): Part => {
      if (i < shown.length - 1) return rich;
      const last = join([rich, foot], '\n\n');
      return buttons.length === 0 ? last : { ...last, buttons };
    }),
  };
}

/** A request in one line, for a list. */
export function lineOf(ask: AgentRequest, words: RequestWords): string {
  const { what } = ask.asked;
  switch (what.kind) {
    case 'permission':
      return maskedLine(`${wantsOf(ask, what.subject, words)} ${ask.asked.title}`, 100);
    case 'questions':
      return maskedLine(`${words.asks}: ${what.questions[0]?.question ?? ''}`, 100);
    case 'plan':
      return words.plan;
  }
}

function headOf(ask: AgentRequest, words: RequestWords): Rich {
  const { what, subAgent } = ask.asked;
  const name = styled('bold', maskedLine(ask.name, 64) || ask.session);
  const from = subAgent === undefined ? '' : ` (${maskedLine(words.subAgent(subAgent.type), 60)})`;
  return join([plain(`${SIGN[what.kind]} `), name, plain(`${from} ${wordsOf(ask, words)}`)]);
}

function wordsOf(ask: AgentRequest, words: RequestWords): string {
  const { what } = ask.asked;
  switch (what.kind) {
    case 'permission':
      return wantsOf(ask, what.subject, words);
    case 'questions': {
      const of = what.questions.length;
      const n = Math.min((ask.answers?.index ?? 0) + 1, of);
      return of > 1 && ask.phase === 'open' ? `${words.asks}, ${words.question(n, of)}` : words.asks;
    }
    case 'plan':
      return what.plan.trim() === '' ? words.leavesPlan : words.plan;
  }
}

function wantsOf(ask: AgentRequest, subject: Subject, words: RequestWords): string {
  return subject.type === 'tool'
    ? words.wants.tool(maskedLine(ask.asked.tool, 80))
    : words.wants[subject.type];
}

function bodyOf(ask: AgentRequest, words: RequestWords): Rich {
  const { what } = ask.asked;
  switch (what.kind) {
    case 'permission':
      return permissionBody(ask, what, words);
    case 'questions':
      return questionBody(what, ask, words);
    case 'plan':
      return planBody(what);
  }
}

/** The plan is the agent's answer to the person, so its Markdown is shown as such. */
const planBody = ({ plan }: PlanSubject): Rich => richOf(plan);

function permissionBody(
  ask: AgentRequest,
  { purpose, subject, extra, always }: PermissionSubject,
  words: RequestWords,
): Rich {
  const long = always.filter((one) => one.names.join(', ').length > LONG_NAMES);
  return join(
    [
      italic(purpose),
      ...subjectBody(subject, ask.diff, words),
      pre(extra),
      ...long.map((one) => plain(cleanText(words.alwaysMeans(one.names.join(', '))))),
    ],
    '\n\n',
  );
}

/** From here on, UTF-16 units, what “always” allows does not fit its button. */
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

function footerJson(state: string, page: string): Rich {
  return join([styled('italic', page), state === '' ? plain('') : plain(cleanText(state).trim())], '\n');
}

/** What became of it and by whom, or which text is waited for, and of whom. */
function stateOf(
  ask: AgentRequest,
  copy: RequestCopy,
  words: RequestWords,
  nameOf: (chatId: number) => string,
): string {
  const { decision, outcome, by } = ask;
  const told = (text: string): string =>
    by === undefined || by === copy.chatId ? text : words.answeredBy(nameOf(by), text);
  switch (ask.phase) {
    case 'open': {
      if (copy.writing !== undefined) return words.write[copy.writing.what];
      const others = ask.copies.filter(({ writing }) => writing !== undefined);
      return others.map(({ chatId }) => words.writes(nameOf(chatId))).join('\n');
    }
    case 'decided':
      return decision === undefined ? '' : told(words.handing(decision));
    case 'closed':
      if (outcome !== 'taken') return words.over[outcome ?? 'gone'];
      return decision === undefined ? '' : told(words.taken(decision, ask.asked.what.kind));
  }
}

/** White space at the ends is not part of an entity. */
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
