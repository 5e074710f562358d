import { buttonData } from '../../cards/button';
import { BUTTON } from '../../cards/buttons';
import { cancelLoginButton } from './buttons';
import { renderNotice } from '../../cards/render';
import type { Button, View } from '../../cards/view';
import type { LoginWords } from '../../words/topics/login';
import type { OutboxKey } from '../../outbox/keys';

/** A login that waits until the person has entered its code at its page. */
export interface OpenLogin {
  chatId: number;
  /** Of its message. */
  key: OutboxKey;
  title: string;
  session?: string;
}

/** Ends a login. */
export const cancelButton = (words: LoginWords): Button => ({
  text: words.cancel,
  data: buttonData(cancelLoginButton, {}),
});

/** Begins it anew. */
export const again = ({ session }: { session?: string }, words: LoginWords): Button[] => [
  { text: words.again, data: buttonData(BUTTON.login, { ...(session === undefined ? {} : { session }) }) },
];

/** A text with buttons under it, in one row. */
export function viewOf(text: string, buttons: Button[]): View {
  const { parts } = renderNotice(text);
  const last = parts.length - 1;
  return {
    parts: parts.map((part, i) =>
      i === last && buttons.length > 0 ? { ...part, buttons: [buttons] } : part,
    ),
  };
}
