import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findProgram } from './find-program';

let dir: string;
const before = process.cwd();
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-find-'));
  for (const folder of ['bin', 'work']) {
    mkdirSync(join(dir, folder));
    writeFileSync(join(dir, folder, 'tool'), '#!/bin/sh\n', { mode: 0o755 });
  }
  writeFileSync(join(dir, 'bin/data'), '', { mode: 0o644 });
  process.chdir(join(dir, 'work'));
});
afterEach(() => {
  process.chdir(before);
  rmSync(dir, { recursive: true, force: true });
});

it('finds a program in the search path, and by its absolute path', async () => {
  const path = [join(dir, 'missing'), join(dir, 'bin')].join(delimiter);
  expect(await findProgram('tool', path)).toBe(join(dir, 'bin/tool'));
  expect(await findProgram(join(dir, 'bin/tool'), '')).toBe(join(dir, 'bin/tool'));
  expect(await findProgram('data', path)).toBeNull();
  expect(await findProgram('', path)).toBeNull();
});

it.each([
  ['tool', '.'],
  ['tool', ''],
  ['tool', ':/nowhere'],
  ['tool', '../work:./'],
  ['./tool', '/nowhere'],
  ['../work/tool', '/nowhere'],
])('does not find %s in the working directory with the search path “%s”', async (program, path) => {
  expect(await findProgram(program, path)).toBeNull();
});
