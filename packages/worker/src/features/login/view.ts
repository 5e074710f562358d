import { button } from '../../cards/button';
import { BUTTON } from '../../cards/buttons';
import type { Button } from '../../cards/view';
import { cancelLoginButton } from './buttons';
import type { LoginWords } from './words/words';

export const cancelButton = (words: LoginWords): Button => button(cancelLoginButton, words.cancel, {});

/** Starts the login again. */
export const tryAgainButton = ({ session }: { session?: string }, words: LoginWords): Button =>
  button(BUTTON.login, words.tryAgain, session === undefined ? {} : { session });
