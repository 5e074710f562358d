import { code } from '../../../words/markdown';
import { topic } from '../../../words/topic';
import { en } from './en';
import { ru } from './ru';
import { zh } from './zh';

export const guardedFileWords = topic('guarded-files', { en, ru, zh }, (say, { when }) => {
  const list = (names: readonly string[], more: number): string => {
    const shown = names.map(code).join(', ');
    return more === 0 ? shown : say('andMore', { names: shown, count: more });
  };
  return {
    when,
    settingsChanged: (path: string, at: string, names: readonly string[], more: number) =>
      say('settingsChanged', { path: code(path), when: at, names: list(names, more) }),
    hooksChanged: (agent: string, path: string, at: string, names: readonly string[], more: number) =>
      say('hooksChanged', { agent, path: code(path), when: at, names: list(names, more) }),
    rulesChanged: (agent: string, path: string, at: string) =>
      say('rulesChanged', { agent, path: code(path), when: at }),
    removed: (path: string, at: string) => say('removed', { path: code(path), when: at }),
    unreadable: (path: string, reason: string) =>
      say('unreadable', { path: code(path), reason: code(reason) }),
    settingsInUse: say('settingsInUse'),
    settingsNotYet: say('settingsNotYet'),
    settingsKept: say('settingsKept'),
    settingsGone: say('settingsGone'),
    settingsTodo: (path: string) => say('settingsTodo', { path: code(path) }),
    hooksMeaning: (agent: string) => say('hooksMeaning', { agent }),
    rulesMeaning: (agent: string) => say('rulesMeaning', { agent }),
    agentTodo: (path: string, command: string) =>
      say('agentTodo', { path: code(path), command: code(command) }),
  };
});

export type GuardedFileWords = ReturnType<(typeof guardedFileWords)['words']>;
