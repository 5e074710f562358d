import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askVersion } from './version';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'ccbot-version-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Asks a shell script for its version. */
function ask(script: string, signal?: AbortSignal): Promise<string> {
  const program = join(dir, 'agent');
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
  return askVersion([program], { path: '/usr/bin:/bin', home: dir }, signal);
}

it('runs the program with a search path and a home, and none of this process’s environment', async () => {
  process.env['CCBOT_VERSION_TEST'] = 'seen';
  try {
    expect(await ask('echo "$1 $PATH $HOME $CCBOT_VERSION_TEST."')).toBe(`--version /usr/bin:/bin ${dir} .`);
  } finally {
    delete process.env['CCBOT_VERSION_TEST'];
  }
});

it('is the first line, cut; and empty when the program fails, is missing or was aborted', async () => {
  expect(await ask('printf "%0100d\\nmore\\n" 7')).toBe('0'.repeat(80));
  expect(await ask('echo 1; exit 1')).toBe('');
  expect(await askVersion([join(dir, 'none')], { path: '/bin', home: dir })).toBe('');
  expect(await ask('exec sleep 60', AbortSignal.abort())).toBe('');
});
