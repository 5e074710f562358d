import { counted } from '@ccbot/shared/counted';
import type { ImportRequest } from './model';
import type { Plan, SkipReason } from './plan';

const REASONS: Readonly<Record<SkipReason, string>> = {
  known: 'already here',
  'no agent session': 'its agent had not started a session',
  'unknown agent': 'unknown agent',
  'no transcript': 'its transcript is gone',
};

/** Writes what was imported, as JSON or for people. `unreadable` counts the records that are no sessions. */
export function writeReport(
  out: NodeJS.WritableStream,
  { json, dryRun }: Pick<ImportRequest, 'json' | 'dryRun'>,
  plan: Plan,
  unreadable: number,
): void {
  const lines = json ? [jsonReport(plan, unreadable, dryRun)] : textReport(plan, unreadable, dryRun);
  out.write(`${lines.join('\n')}\n`);
}

function jsonReport({ sessions, skipped, preferences }: Plan, unreadable: number, dryRun: boolean): string {
  return JSON.stringify({
    dryRun,
    sessions: sessions.map(({ id, name, agent, cwd, ended }) => ({ id, name, agent, cwd, why: ended?.why })),
    skipped,
    unreadable,
    settings: preferences.settings.map(({ user, name, oldValue, key, value }) => ({
      user,
      old: name,
      was: oldValue,
      key,
      value,
    })),
    settingsWithout: preferences.unsupported,
    settingsWrong: preferences.invalid,
  });
}

function textReport({ sessions, skipped, preferences }: Plan, unreadable: number, dryRun: boolean): string[] {
  const { settings, unsupported, invalid } = preferences;
  const imported = dryRun ? 'would be imported' : 'imported';
  const lines = [
    `${counted(sessions.length, 'session')} ${imported}.`,
    ...sessions.map(
      ({ name, cwd, ended }) => `  ${name}  ${cwd}${ended?.why === 'lost' ? '  (was open)' : ''}`,
    ),
    ...skipped.map(({ name, why }) => `  skipped: ${name} (${REASONS[why]})`),
  ];
  if (unreadable > 0) lines.push(`  skipped: ${counted(unreadable, 'invalid record')}`);
  lines.push(
    `${counted(settings.length, 'setting')} ${imported}.`,
    ...settings.map(
      ({ user, name, oldValue, key, value }) => `  ${name} ${oldValue} of ${user}: ${key} ${value}`,
    ),
  );
  if (invalid.length > 0) lines.push(`  skipped settings with invalid values: ${invalid.join(', ')}`);
  if (unsupported.length > 0)
    lines.push(`  skipped settings that ccbot does not have: ${unsupported.join(', ')}`);
  if (sessions.length > 0 && !dryRun)
    lines.push(
      'The sessions are in the archive. Start ccbot and send /archive in the chat to restore them. An open session continues in a new window, and its agent in the old window is stopped.',
    );
  return lines;
}
