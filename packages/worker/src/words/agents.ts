import { code, fence } from './en';

/** What is said about agents: which there are, which is meant, how one ended, what one hands to another. In Markdown. */
export const agentWords = {
  noSuchAgent: (name: string, known: readonly string[]) =>
    `No agent is called ${code(`@${name}`)}. There are ${known.map((id) => code(`@${id}`)).join(', ')}.`,
  handoverUsage: (known: readonly string[]) =>
    `Say which agent is to go on: ${known.map((id) => code(`/handover @${id}`)).join(', ')}, with a session's name behind it where it is another one.`,
  nothingToHandOver: (name: string) =>
    `${code(name)} has no transcript yet, so there is nothing to hand over.`,
  handedOver: (from: string, agent: string, name: string) =>
    `${agent} takes over from ${code(from)}: it is told in ${code(name)} what was asked and done. ${code(from)} stays as it is.`,
  handOverTo: (agent: string) => `➡ ${agent}`,
  /** What of each agent stands in the help. */
  help: (agents: readonly { id: string; args: string; about: string }[]) =>
    agents.map(({ id, args, about }) => `- ${code(`/new @${id} ${args}`)}: ${about}`).join('\n'),
  /** A command of the person's that ended; `screen` is the last of what it printed. */
  commandEnded: (name: string, line: string, status: string, screen: string) =>
    `${line === '' ? `The shell of ${code(name)}` : `${code(line)} in ${code(name)}`} ended (${status}).${
      screen === '' ? '' : ` Its last words:\n${fence(screen)}`
    }`,
} as const;
