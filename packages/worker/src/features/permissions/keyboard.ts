import { button } from '../../cards/button';
import { requestButton } from './buttons';
import type { Always, PermissionSubject, QuestionsSubject } from '../../agents/model';
import { isBlank, maskedLine } from '../../cards/clean';
import type { Button } from '../../cards/view';
import { visible } from '../../cards/visible';
import { buttonNames } from './body';
import { gateOf, isMasked } from './gate';
import type { AgentRequest, RequestAction, RequestCopy } from './model';
import type { RequestWords } from './words/words';

/** The longest label of a button, UTF-16 units. A phone cuts longer ones. */
const LABEL_MAX = 48;

/** Longer ones: ccbot must not cut off how far a permission reaches. */
const MAX_OF: Partial<Record<RequestAction['act'], number>> = { always: 90 };

/**
 * The buttons of an open request in a chat; otherwise none. Those that let something run are there only where everything
 * that would run was shown.
 */
export function keyboardOf(request: AgentRequest, copy: RequestCopy, words: RequestWords): Button[][] {
  if (request.phase !== 'open') return [];
  const make: MakeButton = (text, action) =>
    button(
      requestButton,
      isBlank(text) ? '…' : maskedLine(visible(text).text, MAX_OF[action.act] ?? LABEL_MAX),
      {
        request: request.id,
        nonce: request.nonce,
        action,
      },
    );
  if (copy.writing !== undefined) return [[make(words.cancel, { act: 'cancel' })]];
  const { what } = request.asked;
  switch (what.kind) {
    case 'permission':
      return permissionRows(request, what, copy, make, words);
    case 'questions':
      return [
        ...questionRows(what, request, make, words),
        ...(isMasked(request, copy) ? [[make(words.showHidden, { act: 'unmask' })]] : []),
      ];
    case 'plan':
      return [
        ...gated(request, copy, make, words, () =>
          what.modes.map((mode, n) => [make(words.approve(mode), { act: 'approve', n })]),
        ),
        [make(words.keepPlanning, { act: 'reason' })],
      ];
  }
}

type MakeButton = (text: string, action: RequestAction) => Button;

/** The rows that let something run, or the one that leads to them. */
function gated(
  request: AgentRequest,
  copy: RequestCopy,
  make: MakeButton,
  words: RequestWords,
  rows: () => Button[][],
): Button[][] {
  const gate = gateOf(request, copy);
  if (gate === 'open') return rows();
  return gate === 'masked' ? [[make(words.showThenAllow, { act: 'unmask' })]] : [];
}

function permissionRows(
  request: AgentRequest,
  { always }: PermissionSubject,
  copy: RequestCopy,
  make: MakeButton,
  words: RequestWords,
): Button[][] {
  const deny = make(words.deny, { act: 'deny' });
  const rows = gated(request, copy, make, words, () => [
    [make(words.allow, { act: 'allow' }), deny],
    ...always.map((permission, n) => [
      make(alwaysLabel(permission, request.asked.tool, words), { act: 'always', n }),
    ]),
  ]);
  const isDenyAmong = gateOf(request, copy) === 'open';
  return [...rows, ...(isDenyAmong ? [] : [[deny]]), [make(words.denyWhy, { act: 'reason' })]];
}

function alwaysLabel(permission: Always, tool: string, words: RequestWords): string {
  const { means, names, reach } = permission;
  const exact = buttonNames(permission, tool);
  const shown = means === 'mode' && exact !== null ? words.mode(exact) : (exact ?? names.join(', '));
  return words.always[means](maskedLine(visible(shown).text, 30), words.reach[reach]);
}

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
