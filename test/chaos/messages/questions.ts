import type { Person } from '@ccbot/sandbox/telegram/person';

/** What ccbot asked about messages that may not have arrived. */
export interface Questions {
  /** The messages, such as `3 of 1001`. */
  readonly asked: Set<string>;
  /** Question → when it was last answered, ms since the epoch. */
  readonly tapped: Map<string, number>;
}

export const createQuestions = (): Questions => ({ asked: new Set(), tapped: new Map() });

/** A question that is still there after this long is answered again, ms: a kill may have cut the second typing short too. */
const AGAIN_MS = 10_000;

/** Answers as a user who looks at the terminal: sends a message again only when the agent does not have it. */
export function answerQuestions(
  person: Person,
  isReceived: (n: number) => boolean,
  { asked, tapped }: Questions,
): void {
  for (const message of person.fromBot()) {
    const labels = message.keyboard.flat().map((b) => b.text);
    const n = Number(/message (\d+) of the chaos/.exec(message.text)?.[1]);
    const name = `${n} of ${person.user.id}`;
    const question = `${message.id} of ${person.user.id}`;
    if (!labels.includes('Send again') || Number.isNaN(n)) continue;
    if (Date.now() - (tapped.get(question) ?? -Infinity) < AGAIN_MS) continue;
    asked.add(name);
    tapped.set(question, Date.now());
    person.tap(isReceived(n) ? 'Drop' : 'Send again', message.id);
  }
}
