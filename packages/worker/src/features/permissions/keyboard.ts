import { buttonData } from '../../cards/button';
import { requestButton } from './buttons';
import type { Always, PermissionSubject, QuestionsSubject } from '../../agents/model';
import { isBlank, maskedLine } from '../../cards/clean';
import type { Button } from '../../cards/view';
import type { AgentRequest, RequestAction, RequestCopy } from './model';
import type { RequestWords } from '../../words/topics/asks';

/** The most UTF-16 units of a button's label: a phone cuts longer ones. */
const LABEL = 48;

/** The buttons under an open request in a chat; none under one that is decided. `turning`: its pages, where it has several. */
export function keyboardOf(
  ask: AgentRequest,
  copy: RequestCopy,
  words: RequestWords,
  turning: { page: number; pages: number } | null,
): Button[][] {
  if (ask.phase !== 'open') return [];
  const button = (text: string, act: RequestAction): Button => ({
    text: isBlank(text) ? '…' : maskedLine(text, LABEL),
    data: buttonData(requestButton, { request: ask.id, action: act }),
  });
  if (copy.writing !== undefined) return [[button(words.cancel, { act: 'cancel' })]];
  const { what } = ask.asked;
  const rows = turning === null ? [] : [pageRow(turning, button, words)];
  switch (what.kind) {
    case 'permission':
      return [...rows, ...permissionRows(what, button, words)];
    case 'questions':
      return [...rows, ...questionRows(what, ask, button, words)];
    case 'plan':
      return [
        ...rows,
        ...what.modes.map((mode, n) => [button(words.approve(mode), { act: 'approve', n })]),
        [button(words.keepPlanning, { act: 'reason' })],
      ];
  }
}

type MakeButton = (text: string, act: RequestAction) => Button;

function pageRow(
  { page, pages }: { page: number; pages: number },
  button: MakeButton,
  words: RequestWords,
): Button[] {
  return [
    ...(page > 0 ? [button(words.earlier, { act: 'page', n: page - 1 })] : []),
    button(`${page + 1}/${pages}`, { act: 'page', n: page }),
    ...(page < pages - 1 ? [button(words.later, { act: 'page', n: page + 1 })] : []),
  ];
}

function permissionRows({ always }: PermissionSubject, button: MakeButton, words: RequestWords): Button[][] {
  return [
    [button(words.allow, { act: 'allow' }), button(words.deny, { act: 'deny' })],
    ...always.map((one, n) => [button(alwaysLabel(one, words), { act: 'always', n })]),
    [button(words.denyWhy, { act: 'reason' })],
  ];
}

function alwaysLabel({ means, names, reach }: Always, words: RequestWords): string {
  const shown = names.map((name) => (means === 'mode' ? words.mode(name) : bare(name)));
  return words.always[means](maskedLine(shown.join(', '), 30), words.reach[reach]);
}

/** A rule without the tool's name around it: the request says which tool it is. */
const bare = (rule: string): string => /^\w+\((?:domain:)?([\s\S]*)\)$/.exec(rule)?.[1] ?? rule;

function questionRows(
  { questions }: QuestionsSubject,
  ask: AgentRequest,
  button: MakeButton,
  words: RequestWords,
): Button[][] {
  const index = ask.answers?.index ?? 0;
  const question = questions[index];
  if (question === undefined) return [];
  const chosen = ask.answers?.given[index]?.chosen ?? [];
  const sign = (i: number): string => {
    if (question.multi) return chosen.includes(i) ? '☑ ' : '☐ ';
    return chosen.includes(i) ? '● ' : '';
  };
  return [
    ...question.options.map(({ label }, option) => [
      button(`${sign(option)}${label}`, { act: 'choose', question: index, option }),
    ]),
    [
      button(words.other, { act: 'other', question: index }),
      ...(question.multi ? [button(words.doneChoosing, { act: 'done', question: index })] : []),
    ],
    [...(index > 0 ? [button(words.back, { act: 'back' })] : []), button(words.noAnswer, { act: 'deny' })],
  ];
}
