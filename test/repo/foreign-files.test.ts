// Reads: packages/*.ts SECURITY.md docs/
import { read, repositoryFiles } from './files';

/**
 * Files that may open, read or list without `shared/src/files`, and why. What is not ccbot's own goes through
 * `readForeign`, `openForeign` and their like, which refuse pipes, devices and endless files.
 */
const MAY_READ: Record<string, string> = {
  'shared/src/files/foreign-directory.ts': 'the helper itself',
  'shared/src/files/foreign-directory-sync.ts': 'the helper itself',
  'shared/src/files/foreign-file.ts': 'the helper itself',
  'shared/src/files/foreign-file-sync.ts': 'the helper itself',

  'shared/src/compiled/run.ts': 'a program of this installation',
  'shared/src/compiled/store.ts': 'what ccbot compiled of its own programs',
  'shared/src/files/replace-file.ts': 'writes a new file',
  'shared/src/lock/flock.ts': 'lock files in ccbot’s own directories',
  'shared/src/lock/other-users.ts': 'opens without blocking or following links, and only checks a lock',
  'shared/src/ownership/directory.ts':
    'opens what is ccbot’s own, without blocking, to check and change its mode',
  'shared/src/lock/probe.ts': 'opens without blocking or following links, and only checks a lock',
  'shared/src/log/rotating-file.ts': 'ccbot’s own logs',
  'supervisor/src/ccbot.ts': 'opens the terminal to see whether there is one',
  'supervisor/src/commands/help.ts': 'the documents of this installation',
  'supervisor/src/commands/init.ts': 'standard input, which the user typed or piped',
  'supervisor/src/init/env-file.ts': 'ccbot’s own settings',
  'supervisor/src/init/init.ts': 'a file that the user names, which may be a pipe such as <(command)',
  'supervisor/src/logs/files.ts': 'ccbot’s own logs',
  'supervisor/src/logs/follow.ts': 'ccbot’s own logs',
  'supervisor/src/service/runit.ts': 'writes to the control pipe of runit, without blocking',
  'supervisor/src/status/state-file.ts': 'ccbot’s own state',
  'worker/src/agents/transcript-file.ts': 'the copy of a compressed transcript, which it makes itself',
  'worker/src/attachments/folder.ts': 'creates files, and never opens one that is there',
  'worker/src/canary/leftover.ts': 'ccbot’s own record',
  'worker/src/canary/result.ts': 'ccbot’s own result',
  'worker/src/features/new-session/folders.ts': 'lists directories only, with a limit of its own',
  'worker/src/features/send-file/relay.ts': 'lists ccbot’s own directory of requests',
  'worker/src/hook/complaint.ts': 'adds to ccbot’s own log, without blocking or following links',
  'worker/src/watch/pipe.ts': 'lists ccbot’s own directory of sockets',
  'worker/src/hook/write-map.ts': 'ccbot’s own lock',
  'worker/src/outbox/files.ts': 'ccbot’s own copies; what it copies was opened or made by its caller',
  'worker/src/store/connection.ts': 'ccbot’s own database',
  'worker/src/store/damaged.ts': 'ccbot’s own database',
  'worker/src/telegram/uploads.ts': 'ccbot’s own copies',

  // The kernel's own files, which always end and never block.
  'shared/src/core-dumps/filter.ts': '/proc',
  'shared/src/core-dumps/limit.ts': '/proc',
  'shared/src/lock/holder.ts': '/proc',
  'shared/src/ownership/pipe.ts': 'opens only a pipe, and checks that it is this user’s alone',
  'shared/src/ownership/ancestors.ts': '/proc',
  'shared/src/processes/process-stat.ts': '/proc',
  'worker/src/hook/chain.ts': '/proc',
  'worker/src/terminal/foreground.ts': '/proc',
};

/** What opens, reads or lists by a path. `promises` is all of them. */
const READERS =
  /^(?:readFile|readFileSync|createReadStream|open|openSync|openAsBlob|opendir|opendirSync|readdir|readdirSync|copyFile|copyFileSync|cp|cpSync|glob|globSync|promises)$/;

const IMPORT = /import\s+(?!type\s)([^;]*?)\s+from\s+'(?:node:)?fs(?:\/promises)?'/g;

/** The readers that a source text imports. A namespace or a default import counts as all of them. */
function readersIn(source: string): string[] {
  const found: string[] = [];
  for (const [, clause = ''] of source.matchAll(IMPORT)) {
    const named = /\{([^}]*)\}/.exec(clause)?.[1];
    if (named === undefined || !clause.trim().startsWith('{')) found.push(clause);
    for (const name of (named ?? '').split(',').map((part) => part.trim())) {
      if (!name.startsWith('type ') && READERS.test(name.split(/\s/)[0] ?? '')) found.push(name);
    }
  }
  if (/(?:require|import)\(\s*['"](?:node:)?fs(?:\/promises)?['"]/.test(source)) found.push('import()');
  return found;
}

const sources = repositoryFiles().filter(
  (path) =>
    /^packages\/(?:worker|supervisor|shared)\/src\/.*\.ts$/.test(path) &&
    !/\.test\.ts$|\/fixtures\//.test(path),
);

it('reads what ccbot did not write through one helper', () => {
  const unlisted = sources
    .filter((path) => MAY_READ[path.slice('packages/'.length)] === undefined)
    .flatMap((path) => readersIn(read(path)).map((reader) => `${path}: ${reader}`));
  expect(unlisted).toEqual([]);
});

it('lists no file that does not read', () => {
  const idle = Object.keys(MAY_READ).filter((path) => {
    const whole = `packages/${path}`;
    return !sources.includes(whole) || readersIn(read(whole)).length === 0;
  });
  expect(idle).toEqual([]);
});

it.each([
  ["import { readFileSync } from 'node:fs';", ['readFileSync']],
  ["import { open, type FileHandle } from 'node:fs/promises';", ['open']],
  ["import { readFile as load } from 'fs/promises';", ['readFile as load']],
  ["import {\n  stat,\n  opendir,\n} from 'node:fs/promises';", ['opendir']],
  ["import { promises } from 'node:fs';", ['promises']],
  ["import * as fs from 'node:fs';", ['* as fs']],
  ["import fs from 'node:fs';", ['fs']],
  ["const fs = await import('node:fs');", ['import()']],
  ["const fs = require('fs');", ['import()']],
  ["import { writeFileSync, type Stats } from 'node:fs';", []],
  ["import type { FileHandle } from 'node:fs/promises';", []],
])('notices %j', (source, readers) => {
  expect(readersIn(source)).toEqual(readers);
});
