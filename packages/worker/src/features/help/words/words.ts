import type { HelpSection } from '../../../cards/buttons';
import { code } from '../../../words/markdown';
import { topic } from '../../../words/topic';
import { en } from './en';
import { ru } from './ru';
import { zh } from './zh';

/** What the help says about this installation. */
export interface HelpFacts {
  /** The file of the single-instance lock. */
  lock: string;
  /** The tmux session that holds the windows. */
  tmux: string;
  /** The list of agents, in Markdown. */
  agents: string;
  /** It is one of several machines with one bot. */
  hasMachines: boolean;
  /** The largest file that the server has for a bot, MB. */
  fileMb: number;
}

export const helpWords = topic('help', { en, ru, zh }, (say, { span, size }) => ({
  menuHelp: say('menuHelp'),
  menuHealth: say('menuHealth'),
  intro: say('intro'),
  title: (section: HelpSection) => say(section),
  page(section: HelpSection, { lock, tmux, agents, fileMb, hasMachines }: HelpFacts): string {
    switch (section) {
      case 'first':
        return `${say('firstText', { tmux })}\n\n${say('agents', { list: agents })}`;
      case 'sessions':
        return hasMachines ? `${say('sessionsText')}\n\n${say('machinesText')}` : say('sessionsText');
      case 'asks':
        return say('asksText');
      case 'files':
        return say('filesText', { mb: fileMb });
      case 'tips':
        return say('tipsText', { lock: code(lock) });
    }
  },
  back: say('back'),
  /** The lines of `/health`. Spans are in ms. */
  health: {
    machine: (host: string, isPoller: boolean) =>
      isPoller ? say('healthPoller', { host: code(host) }) : `**${code(host)}**`,
    list: (lines: readonly string[]) => lines.map((line) => `- ${line}`).join('\n'),
    process: (version: string, upMs: number) => say('healthProcess', { version, span: span(upMs) }),
    /** How long ago the last poll was; null: there was none. */
    polled: (agoMs: number | null) =>
      agoMs === null ? say('healthNotPolled') : say('healthPolled', { span: span(agoMs) }),
    /** The last time without Telegram, and what to do about its cause. */
    outage: (lastedMs: number, agoMs: number, cause: string, todo: string) =>
      say('healthOutage', { span: span(lastedMs), ago: span(agoMs), cause, todo }),
    memory: (bytes: number) => say('healthMemory', { size: size(bytes) }),
    /** Updates that wait, and how long the oldest has waited: a growing time shows that the inbox is stuck. */
    updates: (n: number, oldestMs?: number) =>
      oldestMs === undefined
        ? say('healthUpdates', { n })
        : say('healthUpdatesSince', { n, span: span(oldestMs) }),
    sessions: (n: number) => say('healthSessions', { n }),
    toSend: (n: number) => say('healthToSend', { n }),
  },
}));
