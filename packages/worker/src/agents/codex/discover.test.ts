import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codexHome, discoverSession, processesOf } from './discover';

let dir: string;
let children: ChildProcess[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-codex-'));
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

const uuid = (n: number): string => `01a210b5-a25b-7942-8f08-${String(n).padStart(12, '0')}`;

/** Writes a rollout. `age` is in seconds before now. */
function rollout(n: number, age: number, meta: Record<string, unknown> = {}): string {
  const folder = join(dir, 'sessions/2026/01/01');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `rollout-2026-01-01T00-00-00-${uuid(n)}.jsonl`);
  const payload = { id: uuid(n), cwd: '/c', originator: 'codex-tui', source: 'cli', ...meta };
  writeFileSync(path, `${JSON.stringify({ type: 'session_meta', payload })}\n`);
  const at = Date.now() / 1_000 - age;
  utimesSync(path, at, at);
  return path;
}

/** A process that has files open, below a number of wrappers. */
async function holder(paths: readonly string[], wrappers = 0): Promise<number> {
  const program = `
    const fs = require('node:fs');
    const [wrappers, ...paths] = process.argv.slice(1);
    if (Number(wrappers) > 0) {
      const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ['-e', process.env.PROGRAM, String(wrappers - 1), ...paths], { stdio: ['pipe', 'inherit', 'inherit'] });
      process.stdin.on('end', () => child.kill()).resume();
    } else {
      for (const path of paths) fs.openSync(path, 'r+');
      console.log('open');
      process.stdin.on('end', () => process.exit()).resume();
    }`;
  const child = spawn(process.execPath, ['-e', program, String(wrappers), ...paths], {
    env: { ...process.env, PROGRAM: program },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}

describe('finding the session of a running Codex', () => {
  it('uses the transcript that its process has open, even below a wrapper', async () => {
    const path = rollout(1, 5);
    const found = { sessionId: uuid(1), cwd: '/c', transcriptPath: path };
    expect(await discoverSession(await holder([path]))).toMatchObject(found);
    expect(await discoverSession(await holder([path], 1))).toMatchObject(found);
  });

  it('takes the one that was written last, and never a sub-agent’s or that of codex exec', async () => {
    const paths = [
      rollout(1, 90),
      rollout(2, 50),
      rollout(3, 1, { source: { subagent: { parent: uuid(2) } } }),
      rollout(4, 2, { originator: 'codex_exec', source: 'exec' }),
    ];
    expect(await discoverSession(await holder(paths))).toMatchObject({ sessionId: uuid(2) });
  });

  it('reads the author even from a very long first record', async () => {
    const path = rollout(1, 5, { base_instructions: { text: 'x'.repeat(50_000) } });
    expect(await discoverSession(await holder([path]))).toMatchObject({ sessionId: uuid(1), cwd: '/c' });
  });

  it('finds nothing before the first prompt, in another program, or in an ended process', async () => {
    expect(await discoverSession(await holder([]))).toBeNull();
    expect(await discoverSession(process.pid)).toBeNull();
    expect(await discoverSession(2 ** 30)).toBeNull();
  });

  it('uses CODEX_HOME', () => {
    expect(codexHome('/h', {})).toBe('/h/.codex');
    expect(codexHome('/h', { CODEX_HOME: '' })).toBe('/h/.codex');
    expect(codexHome('/h', { CODEX_HOME: '/x' })).toBe('/x');
  });
});

it('lists processes that write a transcript, and none that only read it', async () => {
  const path = rollout(1, 5);
  const reader = openSync(path, 'r');
  expect(await processesOf(path)).toEqual([]);
  const writer = await holder([path]);
  expect(await processesOf(path)).toEqual([writer]);
  closeSync(reader);
});
