import { code } from '../markdown';
import type { AgentSummary } from '../../agents/model';
import type { ChatWords } from './chat';
import type { Translator } from '../translate';

/** Texts about agents. Markdown. */
export function agentWordsIn(translator: Translator, { lastWords }: Pick<ChatWords, 'lastWords'>) {
  const t = translator.topic('agents');
  return {
    handOverTo: (agent: string) => `➡ ${agent}`,
    /** The agents' lines in the help. An agent without settings runs the command that the user writes. */
    help: (agents: readonly AgentSummary[]) =>
      agents
        .map(({ id, title, args, settings }) => {
          const typed = [`/new @${id}`, ...args.map((arg) => `[${t(arg)}]`)].join(' ');
          return `- ${code(typed)}: ${settings === null ? t('anyCommand') : t('inDirectory', { agent: title })}`;
        })
        .join('\n'),
    /** A command that ended; `screen` is the end of its output. */
    commandEnded(name: string, line: string, status: string, screen: string) {
      const what =
        line === ''
          ? t('shellOf', { name: code(name) })
          : t('commandIn', { line: code(line), name: code(name) });
      return `${t('commandEnded', { what, status })}${lastWords(screen)}`;
    },
  } as const;
}
