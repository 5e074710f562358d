import { oneLine } from '@ccbot/shared/one-line';
import type { Change } from './compare';
import type { GuardedAbout } from './files';
import type { GuardedFileWords } from './words/words';

/** How many names are shown. Whoever writes a file decides how many it has. */
const NAMES_MAX = 12;

/** The longest name and reason that are shown, UTF-16 units. */
const NAME_MAX = 40;
const REASON_MAX = 200;

export interface ChangeView {
  path: string;
  about: GuardedAbout;
  change: Change;
  /** When it happened, ms since the epoch. */
  at: number;
  now: number;
  /** Whether it was found at the start, so that the changed settings are in use. */
  isStart: boolean;
}

/** What happened to a guarded file, what it means, and what to do. */
export function changeText(
  { path, about, change, at, now, isStart }: ChangeView,
  words: GuardedFileWords,
): string {
  const head = headOf(path, about, change, words.when(at, now), words);
  if (about.is === 'settings')
    return `${head} ${settingsMeaning(change, isStart, words)}\n\n${words.settingsTodo(path)}`;
  return `${head} ${about.is === 'hooks' ? words.hooksMeaning(about.title) : words.rulesMeaning(about.title)}\n\n${words.agentTodo(path, commandFor(about, change))}`;
}

function settingsMeaning({ is }: Change, isStart: boolean, words: GuardedFileWords): string {
  if (is === 'changed') return isStart ? words.settingsInUse : words.settingsNotYet;
  return isStart ? words.settingsGone : words.settingsKept;
}

function headOf(
  path: string,
  about: GuardedAbout,
  change: Change,
  when: string,
  words: GuardedFileWords,
): string {
  switch (change.is) {
    case 'removed':
      return words.removed(path, when);
    case 'unreadable':
      return words.unreadable(path, oneLine(change.reason.replace(/\.$/, ''), REASON_MAX));
    case 'changed': {
      const names = change.names.slice(0, NAMES_MAX).map((name) => oneLine(name, NAME_MAX));
      const more = change.names.length - names.length;
      switch (about.is) {
        case 'settings':
          return words.settingsChanged(path, when, names, more);
        case 'hooks':
          return words.hooksChanged(about.title, path, when, names, more);
        case 'rules':
          return words.rulesChanged(about.title, path, when);
      }
    }
  }
}

/** The command that puts ccbot's own part back. */
function commandFor(about: Exclude<GuardedAbout, { is: 'settings' }>, change: Change): string {
  const rules =
    about.is === 'rules' || (change.is === 'changed' && change.names.some((name) => name.endsWith('.deny')));
  return `ccbot hook --install${rules ? ' --deny-rules' : ''} --agent ${about.agent}`;
}
