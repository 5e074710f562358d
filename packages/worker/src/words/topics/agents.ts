import { code } from '../markdown';
import type { AgentSummary } from '../../agents/model';
import type { ChatWords } from './chat';
import type { Speech } from '../translate';

/** What is said about agents: which there are, which is meant, how one ended, what one hands to another. In Markdown. */
export type AgentWords = ReturnType<typeof agentWordsIn>;

/** Those words in a language. */
export function agentWordsIn(speech: Speech, { lastWords }: Pick<ChatWords, 'lastWords'>) {
  const t = speech.topic('agents');
  return {
    handoverUsage: (known: readonly string[]) =>
      t('handoverUsage', { known: known.map((id) => code(`/handover @${id}`)).join(', ') }),
    nothingToHandOver: (name: string) => t('nothingToHandOver', { name: code(name) }),
    handedOver: (from: string, agent: string, name: string) =>
      t('handedOver', { from: code(from), agent, name: code(name) }),
    handOverTo: (agent: string) => `➡ ${agent}`,
    /** What of each agent stands in the help; one without settings runs what the person writes. */
    help: (agents: readonly AgentSummary[]) =>
      agents
        .map(({ id, title, args, settings }) => {
          const typed = [`/new @${id}`, ...args.map((arg) => `[${t(arg)}]`)].join(' ');
          return `- ${code(typed)}: ${settings === null ? t('anyCommand') : t('inDirectory', { agent: title })}`;
        })
        .join('\n'),
    /** A command of the person's that ended; `screen` is the last of what it printed. */
    commandEnded(name: string, line: string, status: string, screen: string) {
      const what =
        line === ''
          ? t('shellOf', { name: code(name) })
          : t('commandIn', { line: code(line), name: code(name) });
      return `${t('commandEnded', { what, status })}${lastWords(screen)}`;
    },
  } as const;
}
