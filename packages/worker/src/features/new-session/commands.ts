import type { Conversation } from '../../chat/command';
import type { Chooser } from '../../chat/chooser';
import type { Lifecycle } from '../../sessions/lifecycle/lifecycle';
import type { NewSession } from '../../sessions/lifecycle/opener';
import type { Words } from '../../words/words';

/** Dependencies of starting a session. */
export interface StartDeps {
  lifecycle: Pick<Lifecycle, 'open'>;
  chooser: Chooser;
  /** What the user should know when a session has opened. */
  warnings(words: Words): string[];
}

/** Starts a session and has the chat write to it. False where that failed, which was said. */
export async function startSession(
  { lifecycle, chooser, warnings }: StartDeps,
  { chatId, say, words }: Conversation,
  request: Omit<NewSession, 'chatId'>,
): Promise<boolean> {
  const opened = await lifecycle.open({ ...request, chatId });
  if (!opened.ok) {
    say(opened.say);
    return false;
  }
  chooser.open(chatId, opened.session.id);
  for (const warning of warnings(words)) say(warning);
  return true;
}
