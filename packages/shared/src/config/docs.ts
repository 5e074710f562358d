import { SETTINGS, type Setting } from './schema';

/** `docs/settings.md`, made from the settings. */
export function settingsPage(): string {
  const cell = (text: string): string => text.replace(/\|/g, '\\|');
  return [
    '# Settings',
    '',
    'Each is looked for in the environment, then in `.env` in the working directory, then in `$CCBOT_DIR/.env`;',
    'the first that is there and not empty counts. A file with the token must be private (`chmod 600`).',
    'This page is made from `packages/shared/src/config/schema.ts`; a test keeps both equal.',
    '',
    '| Setting | Meaning | Default |',
    '| --- | --- | --- |',
    ...Object.entries<Setting<unknown>>(SETTINGS).map(
      ([key, { doc, default: value }]) =>
        `| \`${key}\` | ${cell(doc)} | ${value === undefined || value === '' ? '' : `\`${cell(value)}\``} |`,
    ),
    '',
  ].join('\n');
}
