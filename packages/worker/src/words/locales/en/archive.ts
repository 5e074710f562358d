/** What is said about the archive and about what goes on from it. Markdown. */
export const archive = {
  archivedDone: '{{name}} is done and in the archive: /archive.',
  archivedIdle: 'Nothing happened in {{name}} for long: it is in the archive now, /archive.',
  empty: 'The archive is empty. What you end with /done or /kill comes here, and can go on later.',
  head: 'Archive',
  page: 'page {{n}} of {{of}}',
  ago: '{{span}} ago',
  done: 'done',
  killed: 'ended by you',
  died: 'its agent ended',
  closed: 'closed at the desk',
  idle: 'idle for long',
  lost: 'lost',
  older: '‹ Older',
  newer: 'Newer ›',
  restore: '▶ Restore',
  restoreAll: '▶ Restore all',
  delete: '🗑 Delete',
  deleteSure:
    'Take {{name}} out of the archive? It can no longer be restored from here; its transcript stays with the agent.',
  deleteYes: 'Delete it',
  deleted: '{{name}} is out of the archive.',
  nothingToResume:
    '{{name}} ended before its agent had begun a session: there is nothing to go on with. Start anew with /new.',
  cannotResume: '{{name}} cannot go on: its command does not keep sessions. Start it anew with /new.',
  restoring: '{{name}} goes on where it was. What you write waits until its agent has settled.',
  stillThere:
    '{{name}} was not opened: process {{pids}} has its transcript, and two must not write it. It did not end, or agents in other windows at the desk need it too. Close them, or end it with {{kill}}, and try again.',
  renamed: 'It is called {{name}} now.',
  renameUsage: 'Say the new name: `/rename name`.',
} as const;
