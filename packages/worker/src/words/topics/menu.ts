import type { Speech } from '../translate';

/** The commands in Telegram's menu, in its order; behind them stand those of the agent that the chat writes to. */
export const COMMANDS = [
  'new',
  'sessions',
  'inbox',
  'allow',
  'stop',
  'screen',
  'done',
  'login',
  'kill',
  'archive',
  'adopt',
  'history',
  'export',
  'rename',
  'usage',
  'menu',
  'settings',
  'health',
  'help',
] as const;

/** The menu in a language. */
export function menuIn(speech: Speech): { command: string; description: string }[] {
  const t = speech.topic('menu');
  return COMMANDS.map((command) => ({ command, description: t(command) }));
}
