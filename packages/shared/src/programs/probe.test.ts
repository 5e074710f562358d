import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OLD_SETPRIVS, pathWith, pathWithOldSetpriv } from '../fixtures/old-programs';
import { DEATH_SIGNAL, deathSignalPrefix } from './death-signal';
import { probeProgram } from './probe';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-probe-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

it.each([
  ['working', 'exit 0', { is: 'working' }],
  [
    'failing, with the first line it prints',
    'echo "no such option" >&2; echo more >&2; exit 2',
    { is: 'failing', reason: 'no such option' },
  ],
  [
    'failing, in one line without control characters',
    `printf 'a\\033[31mb\\r\\n' >&2; exit 1`,
    { is: 'failing', reason: expect.not.stringMatching(/[\r\n]/) as string },
  ],
  [
    'failing, if it has nothing to say',
    'kill -SEGV $$',
    { is: 'failing', reason: expect.stringContaining('Command failed') as string },
  ],
])('finds a program %s', async (_, script, expected) => {
  expect(await probeProgram('tool', [], { PATH: pathWith(dir, 'tool', script) })).toEqual(expected);
});

it('finds a program missing', async () => {
  expect(await probeProgram('tool', [], { PATH: dir })).toEqual({ is: 'missing' });
});

describe('the signal at the parent’s death', () => {
  if (process.platform === 'linux')
    it('is used where setpriv can send it', async () => {
      expect(await deathSignalPrefix({ PATH: '/usr/bin:/bin' })).toEqual(DEATH_SIGNAL);
    });

  it.each(OLD_SETPRIVS)('is not used with the setpriv of %s', async (kind) => {
    expect(await deathSignalPrefix({ PATH: pathWithOldSetpriv(dir, kind) }, 'linux')).toEqual([]);
  });

  it('is not used without setpriv, nor on another system', async () => {
    expect(await deathSignalPrefix({ PATH: dir }, 'linux')).toEqual([]);
    expect(await deathSignalPrefix({ PATH: '/usr/bin:/bin' }, 'darwin')).toEqual([]);
  });
});
