import { button } from '../../cards/button';
import { requestButton } from './buttons';
import type { Always, PermissionSubject, QuestionsSubject } from '../../agents/model';
import { isBlank, maskedLine } from '../../cards/clean';
import type { Button } from '../../cards/view';
import type { AgentRequest, RequestAction, RequestCopy } from './model';
import type { RequestWords } from './words/words';

/** The longest label of a button, UTF-16 units. A phone cuts longer ones. */
const LABEL_MAX = 48;

/** The buttons of an open request in a chat; otherwise none. `turning`: the shown page, if the user turns pages. */
export function keyboardOf(
  request: AgentRequest,
  copy: RequestCopy,
  words: RequestWords,
  turning: { page: number; pages: number } | null,
): Button[][] {
  if (request.phase !== 'open') return [];
  const make: MakeButton = (text, action) =>
    button(requestButton, isBlank(text) ? '…' : maskedLine(text, LABEL_MAX), {
      request: request.id,
      nonce: request.nonce,
      action,
    });
  if (copy.writing !== undefined) return [[make(words.cancel, { act: 'cancel' })]];
  const { what } = request.asked;
  const rows = turning === null ? [] : [pageRow(turning, make, words)];
  switch (what.kind) {
    case 'permission':
      return [...rows, ...permissionRows(what, make, words)];
    case 'questions':
      return [...rows, ...questionRows(what, request, make, words)];
    case 'plan':
      return [
        ...rows,
        ...what.modes.map((mode, n) => [make(words.approve(mode), { act: 'approve', n })]),
        [make(words.keepPlanning, { act: 'reason' })],
      ];
  }
}

type MakeButton = (text: string, action: RequestAction) => Button;

function pageRow(
  { page, pages }: { page: number; pages: number },
  make: MakeButton,
  words: RequestWords,
): Button[] {
  return [
    ...(page > 0 ? [make(words.earlier, { act: 'page', n: page - 1 })] : []),
    make(`${page + 1}/${pages}`, { act: 'page', n: page }),
    ...(page < pages - 1 ? [make(words.later, { act: 'page', n: page + 1 })] : []),
  ];
}

function permissionRows({ always }: PermissionSubject, make: MakeButton, words: RequestWords): Button[][] {
  return [
    [make(words.allow, { act: 'allow' }), make(words.deny, { act: 'deny' })],
    ...always.map((permission, n) => [make(alwaysLabel(permission, words), { act: 'always', n })]),
    [make(words.denyWhy, { act: 'reason' })],
  ];
}

function alwaysLabel({ means, names, reach }: Always, words: RequestWords): string {
  const shown = names.map((name) => (means === 'mode' ? words.mode(name) : bare(name)));
  return words.always[means](maskedLine(shown.join(', '), 30), words.reach[reach]);
}

/** A rule without the tool's name, which the request shows already. */
const bare = (rule: string): string => /^\w+\((?:domain:)?([\s\S]*)\)$/.exec(rule)?.[1] ?? rule;

function questionRows(
  { questions }: QuestionsSubject,
  request: AgentRequest,
  make: MakeButton,
  words: RequestWords,
): Button[][] {
  const index = request.answers?.index ?? 0;
  const question = questions[index];
  if (question === undefined) return [];
  const chosen = request.answers?.given[index]?.chosen ?? [];
  const sign = (i: number): string => {
    if (question.multi) return chosen.includes(i) ? '☑ ' : '☐ ';
    return chosen.includes(i) ? '● ' : '';
  };
  return [
    ...question.options.map(({ label }, option) => [
      make(`${sign(option)}${label}`, { act: 'choose', question: index, option }),
    ]),
    [
      make(words.other, { act: 'other', question: index }),
      ...(question.multi ? [make(words.doneChoosing, { act: 'done', question: index })] : []),
    ],
    [...(index > 0 ? [make(words.back, { act: 'back' })] : []), make(words.decline, { act: 'deny' })],
  ];
}
