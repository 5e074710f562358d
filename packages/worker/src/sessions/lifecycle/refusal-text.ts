import type { Words } from '../../words/words';
import type { OpenRefusal } from './model';

/** Why a session was not opened, in words. */
export function openRefusalText(why: OpenRefusal, words: Words): string {
  const { opening } = words;
  switch (why.code) {
    case 'no-directory':
      return opening.noDirectory(why.path);
    case 'not-a-directory':
      return opening.notADirectory(why.path);
    case 'unreadable-directory':
      return opening.unreadableDirectory(why.path);
    case 'no-program':
      return opening.noProgram(why.program, why.setting);
    case 'window-failed':
      return opening.windowFailed(why.reason);
    case 'unknown-session':
      return words.expired;
    case 'nothing-to-resume':
      return opening.nothingToResume(why.name);
    case 'not-resumable':
      return opening.notResumable(why.name);
    case 'still-running':
      return opening.stillRunning(why.name, why.pids);
  }
}
