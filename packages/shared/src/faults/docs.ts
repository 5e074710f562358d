import { FAULTS } from './table';

/** Renders `docs/faults.md`. */
export function faultsPage(): string {
  const cell = (text: string): string => text.replace(/\|/g, '\\|').replace(/\{(\w+)\}/g, '‹$1›');
  return [
    '# Faults',
    '',
    'Every fault that ccbot reports, with what to do about it. The message ends with the code in brackets.',
    'This page is generated from `packages/shared/src/faults/table.ts`; a test keeps the two equal.',
    '',
    '| Code | What happened | What to do | Exit code |',
    '| --- | --- | --- | --- |',
    ...Object.entries(FAULTS).map(
      ([code, row]) => `| \`${code}\` | ${cell(row.what)} | ${cell(row.todo)} | ${row.exit} |`,
    ),
    '',
  ].join('\n');
}
