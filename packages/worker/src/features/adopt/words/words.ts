import { oneLine } from '@ccbot/shared/one-line';
import { code } from '../../../words/markdown';
import { topic } from '../../../words/topic';
import { en } from './en';
import { ru } from './ru';
import { zh } from './zh';

/** The most of a name at the terminal, UTF-16 units. */
const SHOWN_MAX = 200;

/** Programs choose these names, so they are shown on one line, without what is invisible or turns the text around. */
const shown = (name: string): string => code(oneLine(name, SHOWN_MAX));

const pathOf = (tmuxSession: string, window: string): string => shown(`${tmuxSession}:${window}`);

export const adoptWords = topic('adopt', { en, ru, zh }, (say) => ({
  menu: say('menu'),
  none: say('none'),
  agentAtTerminal: (agent: string, tmuxSession: string, window: string, cwd: string) =>
    say('agentAtTerminal', { agent, window: pathOf(tmuxSession, window), cwd: shown(cwd) }),
  windowWithoutAgent: (tmuxSession: string, window: string, command: string, cwd: string) =>
    say('windowWithoutAgent', {
      window: pathOf(tmuxSession, window),
      command: shown(command),
      cwd: shown(cwd),
    }),
  deadWindow: (tmuxSession: string, window: string) =>
    say('deadWindow', { window: pathOf(tmuxSession, window) }),
  adopted: (name: string) => say('adopted', { name: code(name) }),
  gone: say('gone'),
  closeSure: (window: string, command: string) =>
    say('closeSure', { window: shown(window), command: shown(command) }),
  closed: (window: string) => say('closed', { window: shown(window) }),
  notAdopted: (reason: string) => say('notAdopted', { reason: code(reason) }),
  agentLeft: (name: string) => say('agentLeft', { name: code(name) }),

  // buttons
  adopt: say('adopt'),
  close: say('close'),
  closeYes: say('closeYes'),
}));
