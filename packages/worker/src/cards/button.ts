import type { Button, View } from './view';

/** What a button stands for; `do` names the command that answers it. */
export interface ButtonIntent {
  readonly do: string;
}

/** The most bytes Telegram takes as the data of a button. */
export const BUTTON_DATA_MAX = 64;

/** An id as ccbot makes them. */
export const ID = /^[\w-]{1,40}$/;

/** An id of a stored row, such as an offered file. */
export const ROW_ID = /^[\w-]{1,24}$/;

/** A random value as {@link TapRule} `nonce` needs it: 96 bits in base64url. */
export const NONCE = /^[\w-]{16}$/;

/**
 * Which taps of a kind count. A chat keeps messages of a database that was lost, or of another machine, whose buttons
 * name things by numbers that a new database counts again.
 *
 * - `any`: its target is unique for good, such as a session or a random id, and the button answers no question.
 * - `posted`: only on a message that this database is known to have posted. For numbers, places in a list, and every
 *   button that answers a question.
 * - `nonce`: as `posted`, and it also carries a random value that its command compares. For what makes something run.
 */
export type TapRule = 'any' | 'posted' | 'nonce';

/** How one kind of intent is carried by a button: its verb, and after a colon what `write` makes of the intent. */
export interface ButtonKind<I extends ButtonIntent> {
  /** Stays as it is for good: buttons of old messages carry it. */
  readonly verb: string;
  readonly counts: TapRule;
  write(intent: Omit<I, 'do'>): string;
  /** Reads back what `write` made; null for anything else, such as a forged button. */
  read(rest: string): I | null;
}

/** The data of a button. */
export function buttonData<I extends ButtonIntent>(kind: ButtonKind<I>, intent: Omit<I, 'do'>): string {
  const rest = kind.write(intent);
  return rest === '' ? kind.verb : `${kind.verb}:${rest}`;
}

/** A button. Every button is made here, so that its press can be read back. */
export function button<I extends ButtonIntent>(
  kind: ButtonKind<I>,
  text: string,
  intent: Omit<I, 'do'>,
): Button {
  return { text, data: buttonData(kind, intent) };
}

/** Reads the data of a pressed button with the kinds that are known. Null: written by another version, or forged. */
export function readButton(
  kinds: ReadonlyMap<string, ButtonKind<ButtonIntent>>,
  data: string,
): ButtonIntent | null {
  const colon = data.indexOf(':');
  return kindOf(kinds, data)?.read(colon < 0 ? '' : data.slice(colon + 1)) ?? null;
}

/** The kind of a button by its data. */
export function kindOf(
  kinds: ReadonlyMap<string, ButtonKind<ButtonIntent>>,
  data: string,
): ButtonKind<ButtonIntent> | undefined {
  const colon = data.indexOf(':');
  return kinds.get(colon < 0 ? data : data.slice(0, colon));
}

/** A button that carries nothing but its verb. */
export function plainButton<D extends string>(
  name: D,
  verb: string,
  counts: 'any' | 'posted' = 'any',
): ButtonKind<{ do: D }> {
  return {
    verb,
    counts,
    write: () => '',
    read: (rest) => (rest === '' ? { do: name } : null),
  };
}

/** A button that names a session. */
export function sessionButton<D extends string>(
  name: D,
  verb: string,
): ButtonKind<{ do: D; session: string }> {
  return {
    verb,
    counts: 'any',
    write: ({ session }) => session,
    read: (rest) => (ID.test(rest) ? { do: name, session: rest } : null),
  };
}

/** A button that names a session, and whether the user has confirmed, which is the answer to a question. */
export function confirmedButton<D extends string>(
  name: D,
  verb: string,
): ButtonKind<{ do: D; session: string; sure: boolean }> {
  return {
    verb,
    counts: 'posted',
    write: ({ session, sure }) => (sure ? `${session}:yes` : session),
    read(rest) {
      const [session = '', sure] = rest.split(':');
      if (!ID.test(session) || (sure !== undefined && sure !== 'yes')) return null;
      return { do: name, session, sure: sure === 'yes' };
    },
  };
}

/** A button that names a prompt. */
export function promptButton<D extends string>(name: D, verb: string): ButtonKind<{ do: D; prompt: number }> {
  return {
    verb,
    counts: 'posted',
    write: ({ prompt }) => String(prompt),
    read: (rest) => (/^\d{1,15}$/.test(rest) ? { do: name, prompt: Number(rest) } : null),
  };
}

/** A view with rows of buttons under its last part; without rows as it is. */
export function withButtons(view: View, rows: Button[][] | undefined): View {
  if (rows === undefined) return view;
  const last = view.parts.length - 1;
  return { parts: view.parts.map((part, i) => (i === last ? { ...part, buttons: rows } : part)) };
}
