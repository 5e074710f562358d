import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPanes } from './open';
import { createPanesRecorder } from '../fixtures/panes-recorder';

let bin: string;
beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), 'ccbot-open-'));
});
afterEach(() => rmSync(bin, { recursive: true }));

const open = (): ReturnType<typeof openPanes> =>
  openPanes(
    { socket: 'never-started', session: 'x', owner: '', env: { PATH: bin }, log: () => undefined },
    () => Promise.resolve(createPanesRecorder('pty')),
  );
const install = (script: string): void => {
  writeFileSync(join(bin, 'tmux'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, 'tmux'), 0o700);
};

it('uses ptys if tmux is not installed', async () => {
  expect((await open()).kind).toBe('pty');
});

it('uses tmux if it is installed', async () => {
  install('echo tmux 3.4');
  expect((await open()).kind).toBe('tmux');
});

it('fails if tmux is installed but broken, instead of using ptys', async () => {
  install('echo "library missing" >&2; exit 127');
  await expect(open()).rejects.toMatchObject({ fault: { code: 'TMUX_FAILED' } });
});
