import { code, fence } from './en';

/** What is said about agents: which there are, which is meant, how one ended, what one hands to another. In Markdown. */
export const agentWords = {
  noSuchAgent: (name: string, known: readonly string[]) =>
    `No agent is called ${code(`@${name}`)}. There are ${known.map((id) => code(`@${id}`)).join(', ')}.`,
  /** What of each agent stands in the help. */
  help: (agents: readonly { id: string; args: string; about: string }[]) =>
    agents.map(({ id, args, about }) => `- ${code(`/new @${id} ${args}`)}: ${about}`).join('\n'),
  whichAgent: (usual: string) =>
    `Which agent? ${usual} is the one of your settings. With \`/new @agent\` you are not asked.`,
  /** A command of the person's that ended; `screen` is the last of what it printed. */
  commandEnded: (name: string, line: string, status: string, screen: string) =>
    `${line === '' ? `The shell of ${code(name)}` : `${code(line)} in ${code(name)}`} ended (${status}).${
      screen === '' ? '' : ` Its last words:\n${fence(screen)}`
    }`,
} as const;
