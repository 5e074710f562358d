import { SETTINGS, type Setting } from './schema';

/** Renders `docs/settings.md`. */
export function settingsPage(): string {
  const cell = (text: string): string => text.replace(/\|/g, '\\|');
  return [
    '# Settings',
    '',
    'ccbot takes each setting from the environment, otherwise from its settings file, otherwise the default. Empty values do not count.',
    'The settings file is `$CCBOT_DIR/.env`, normally `~/.ccbot/.env`. With `--env-file PATH` every command, the service and the worker read that file in its place; if it does not exist, they refuse to start (`ENV_FILE_MISSING`).',
    '',
    'A file with the token must be private (`chmod 600`), and nobody else may be able to change a settings file.',
    '',
    '**Nothing comes from the working directory.** A `.env` there is not read, because it may belong to a repository that somebody else wrote, or to an agent. If it has a bot token in it, ccbot says so in one line; move it with `mv .env ~/.ccbot/.env`, or name it with `--env-file .env`. The commands of agents must be absolute paths or names in `PATH`, directories and files absolute or under `~/`, and ccbot and the programs that it starts ignore relative and empty entries of `PATH`. A relative or empty `HOME` counts as one that is not set. Run `npx ccbot` only in the clone: elsewhere, npx runs what the directory calls `ccbot`.',
    '',
    'ccbot remembers `ALLOWED_USERS` and `TELEGRAM_API_ROOT`. If one of them is different when it starts, everybody who was allowed before is told in the chat.',
    '',
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
