import type { Translator } from '../translate';

/** The commands whose menu texts are here. */
const COMMANDS = [
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

/** What the menu says beside each command. */
export function menuWordsIn(translator: Translator): Readonly<Record<(typeof COMMANDS)[number], string>> {
  const t = translator.topic('menu');
  return Object.fromEntries(COMMANDS.map((command) => [command, t(command)])) as Record<
    (typeof COMMANDS)[number],
    string
  >;
}
