import { agentWords } from '../../words/agents';
import { words } from '../../words/en';
import type { Handlers } from '../command';

/** What the chat's own commands need. */
export interface ChatCommandDeps {
  /** Lines about the worker's health. */
  health(): string[];
  /** The agents that can be started, for the help. */
  agents: Parameters<typeof agentWords.help>[0];
}

/** The commands that touch no session: help, words back, health. */
export function chatCommands(deps: ChatCommandDeps): Handlers<'help' | 'tell' | 'expired' | 'status'> {
  return {
    help: ({ say }) => say(`${words.help}\n\n${agentWords.help(deps.agents)}`),
    tell: ({ say }, intent) => say(intent.text),
    expired: ({ ack }) => ack(words.expired),
    status: ({ say }) => say(words.health(deps.health())),
  };
}
