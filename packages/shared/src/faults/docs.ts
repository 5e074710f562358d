import { FAULTS } from './table';

/** `docs/faults.md`, made from the table. */
export function faultsPage(): string {
  const cell = (text: string): string => text.replace(/\|/g, '\\|').replace(/\{(\w+)\}/g, '‹$1›');
  return [
    '# Faults',
    '',
    'Every fault that ccbot names, with what to do. The code stands in brackets at the end of the message.',
    'This page is made from `packages/shared/src/faults/table.ts`; a test keeps both equal.',
    '',
    '| Code | What happened | What to do | Exit code |',
    '| --- | --- | --- | --- |',
    ...Object.entries(FAULTS).map(
      ([code, row]) => `| \`${code}\` | ${cell(row.what)} | ${cell(row.todo)} | ${row.exit} |`,
    ),
    '',
  ].join('\n');
}
