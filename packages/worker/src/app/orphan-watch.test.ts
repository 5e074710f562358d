import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { watchForOrphan } from './orphan-watch';

function lives(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false; // it is gone
  }
}

it('ends a process whose event loop is blocked when its parent is killed', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'ccbot-orphan-'));
  const bundle = join(directory, 'watch.js');
  buildSync({
    entryPoints: [join(__dirname, 'orphan-watch.ts')],
    outfile: bundle,
    format: 'cjs',
    platform: 'node',
  });
  const parent = spawn(process.execPath, [join(__dirname, 'fixtures/orphan.js'), bundle], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [said] = (await once(parent.stdout, 'data')) as [Buffer];
    const child = Number(said.toString());
    expect(lives(child)).toBe(true);
    parent.kill('SIGKILL');
    while (lives(child)) await new Promise((resolve) => setTimeout(resolve, 10));
  } finally {
    parent.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  }
});

it('leaves a process alone while its parent lives, and ends with its owner', async () => {
  const watch = watchForOrphan(process.ppid, 5);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await watch.stop();
  expect(lives(process.pid)).toBe(true);
});
