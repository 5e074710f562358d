import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPanes } from './open';
import { createBriefMemory } from './tmux/server-memory';
import { createPanesRecorder } from '../fixtures/panes-recorder';

let bin: string;
beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), 'ccbot-open-'));
});
afterEach(() => rmSync(bin, { recursive: true }));

const open = (program = 'tmux'): ReturnType<typeof openPanes> =>
  openPanes(
    {
      program,
      socket: 'never-started',
      session: 'x',
      owner: '',
      servers: createBriefMemory(),
      env: { PATH: bin },
      log: () => undefined,
    },
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

describe('a program that CCBOT_TMUX names', () => {
  it('is used, wherever it is', async () => {
    install('echo tmux 3.4');
    expect((await open(join(bin, 'tmux'))).kind).toBe('tmux');
  });

  it('is not replaced by ptys if it is missing: the start says so', async () => {
    const panes = await open('/no/such/tmux');
    await expect(panes.start(() => undefined)).rejects.toMatchObject({
      fault: { code: 'TMUX_NOT_FOUND', what: expect.stringContaining('/no/such/tmux') as string, exit: 78 },
    });
  });

  it('is refused with its version and the one that is needed if it is too old', async () => {
    install('echo tmux 3.1c');
    const program = join(bin, 'tmux');
    await expect((await open(program)).start(() => undefined)).rejects.toMatchObject({
      fault: {
        code: 'TMUX_TOO_OLD',
        what: `tmux 3.1c (${program}) is too old. ccbot needs tmux 3.2 or later.`,
        exit: 78,
      },
    });
  });
});
