import { renderNotice } from '../../cards/render';
import type { Button, View } from '../../cards/view';
import { buttonData } from '../../chat/buttons';
import type { LoginWords } from '../../words/topics/login';

/** A login that waits until the person has entered its code at its page. */
export interface OpenLogin {
  chatId: number;
  /** Of its message. */
  key: string;
  title: string;
  session?: string;
}

/** Ends a login. */
export const cancelButton = (words: LoginWords): Button => ({
  text: words.cancel,
  data: buttonData({ do: 'login-cancel' }),
});

/** Begins it anew. */
export const again = ({ session }: { session?: string }, words: LoginWords): Button[] => [
  { text: words.again, data: buttonData({ do: 'login', ...(session === undefined ? {} : { session }) }) },
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
