import type { RequestAction } from './model';

/** Writes an action for a button: a letter, and the numbers it needs. */
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

/** Null for anything that {@link writeAction} does not write. */
export function readAction(code: string): RequestAction | null {
  const match = /^([a-z])(?:(\d{1,4})(?:\.(\d{1,4}))?)?$/.exec(code);
  if (match === null) return null;
  const letter = match[1] ?? '';
  const first = match[2] === undefined ? undefined : Number(match[2]);
  const second = match[3] === undefined ? undefined : Number(match[3]);
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

const PLAIN = {
  allow: 'y',
  deny: 'n',
  reason: 'r',
  back: 'b',
  cancel: 'c',
  again: 'g',
  unmask: 'u',
} as const;
const NUMBERED = { always: 'w', approve: 'p', page: 's' } as const;
