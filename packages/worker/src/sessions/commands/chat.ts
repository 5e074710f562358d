import { words } from '../../words/en';
import type { Handlers } from '../command';

/** What the chat's own commands need. */
export interface ChatCommandDeps {
  /** Lines about the worker's health. */
  health(): string[];
}

/** The commands that touch no session: help, words back, health. */
export function chatCommands(deps: ChatCommandDeps): Handlers<'help' | 'tell' | 'expired' | 'status'> {
  return {
    help: ({ say }) => say(words.help),
    tell: ({ say }, intent) => say(intent.text),
    expired: ({ ack }) => ack(words.expired),
    status: ({ say }) => say(words.health(deps.health())),
  };
}
