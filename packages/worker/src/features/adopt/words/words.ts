import { code } from '../../../words/markdown';
import { topic } from '../../../words/topic';
import { en } from './en';
import { ru } from './ru';
import { zh } from './zh';

const pathOf = (tmuxSession: string, window: string): string => code(`${tmuxSession}:${window}`);

export const adoptWords = topic('adopt', { en, ru, zh }, (say) => ({
  menu: say('menu'),
  none: say('none'),
  agentAtTerminal: (agent: string, tmuxSession: string, window: string, cwd: string) =>
    say('agentAtTerminal', { agent, window: pathOf(tmuxSession, window), cwd: code(cwd) }),
  windowWithoutAgent: (tmuxSession: string, window: string, command: string, cwd: string) =>
    say('windowWithoutAgent', {
      window: pathOf(tmuxSession, window),
      command: code(command),
      cwd: code(cwd),
    }),
  deadWindow: (tmuxSession: string, window: string) =>
    say('deadWindow', { window: pathOf(tmuxSession, window) }),
  adopted: (name: string) => say('adopted', { name: code(name) }),
  gone: say('gone'),
  closeSure: (window: string, command: string) =>
    say('closeSure', { window: code(window), command: code(command) }),
  closed: (window: string) => say('closed', { window: code(window) }),
  notAdopted: (reason: string) => say('notAdopted', { reason: code(reason) }),
  agentLeft: (name: string) => say('agentLeft', { name: code(name) }),

  // buttons
  adopt: say('adopt'),
  close: say('close'),
  closeYes: say('closeYes'),
}));
