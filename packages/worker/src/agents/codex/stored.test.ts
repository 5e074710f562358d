import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findRollout, newestRollouts } from './stored';

const ID = '019f0000-2222-7333-8444-555555555555';
let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'ccbot-stored-'))));
afterEach(() => rmSync(home, { recursive: true, force: true }));

function rollout(folder: string, ending: string, age = 0, id = ID): string {
  const path = join(home, folder, `rollout-2026-11-01T10-00-00-${id}${ending}`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
  const at = Date.now() / 1_000 - age;
  utimesSync(path, at, at);
  return path;
}

it('finds a rollout, plain, compressed or archived', async () => {
  expect(await findRollout(home, ID)).toBeNull();
  rollout('sessions/2026/11/02', '.jsonl', 0, '019f0000-2222-7333-8444-666666666666');
  const compressed = rollout('sessions/2026/11/01', '.jsonl.zst', 60);
  expect(await findRollout(home, ID)).toBe(compressed);
  const archived = rollout('archived_sessions', '.jsonl.zst', 30);
  expect(await findRollout(home, ID)).toBe(archived);
  const plain = rollout('sessions/2026/11/01', '.jsonl');
  expect(await findRollout(home, ID)).toBe(plain);
});

it('takes no other file for a rollout', async () => {
  rollout('sessions/2026/11/01', '.jsonl.zst.tmp');
  rollout('sessions/2026/11/01', '.jsonl.bak');
  rollout('sessions/notes/11/01', '.jsonl');
  expect(await findRollout(home, ID)).toBeNull();
  expect(await newestRollouts(join(home, 'sessions'), 10)).toEqual([]);
});
