import type { RequestAction } from './model';

/** What can be done about a request, as it stands in a button: a letter, and the numbers it needs. */
export function writeAction(act: RequestAction): string {
  switch (act.act) {
    case 'choose':
      return `o${act.question}.${act.option}`;
    case 'done':
    case 'other':
      return `${act.act === 'done' ? 'd' : 'e'}${act.question}`;
    case 'always':
    case 'approve':
    case 'page':
      return `${NUMBERED[act.act]}${act.n}`;
    default:
      return PLAIN[act.act];
  }
}

/** Reads back what {@link writeAction} made; null for anything else. */
export function readAction(code: string): RequestAction | null {
  const match = /^([a-z])(?:(\d{1,4})(?:\.(\d{1,4}))?)?$/.exec(code);
  if (match === null) return null;
  const [, letter = ''] = match;
  const [first, second] = [match[2], match[3]].map((n) => (n === undefined ? undefined : Number(n)));
  if (first === undefined) {
    const plain = (Object.keys(PLAIN) as (keyof typeof PLAIN)[]).find((act) => PLAIN[act] === letter);
    return plain === undefined ? null : { act: plain };
  }
  if (letter === 'o') return second === undefined ? null : { act: 'choose', question: first, option: second };
  if (second !== undefined) return null;
  if (letter === 'd' || letter === 'e') return { act: letter === 'd' ? 'done' : 'other', question: first };
  const numbered = (Object.keys(NUMBERED) as (keyof typeof NUMBERED)[]).find(
    (act) => NUMBERED[act] === letter,
  );
  return numbered === undefined ? null : { act: numbered, n: first };
}

const PLAIN = { allow: 'y', deny: 'n', reason: 'r', back: 'b', cancel: 'c', again: 'g' } as const;
const NUMBERED = { always: 'w', approve: 'p', page: 's' } as const;
