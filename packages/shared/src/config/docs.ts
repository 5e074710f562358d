import { SETTINGS, type Setting } from './schema';

/** Renders `docs/settings.md`. */
export function settingsPage(): string {
  const cell = (text: string): string => text.replace(/\|/g, '\\|');
  return [
    '# Settings',
    '',
    'ccbot looks for each setting in the environment, then in `.env` in the working directory, then in `$CCBOT_DIR/.env`.',
    'The first value that is not empty counts. A file with the token must be private (`chmod 600`).',
    'This page is generated from `packages/shared/src/config/schema.ts`; a test keeps the two equal.',
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
