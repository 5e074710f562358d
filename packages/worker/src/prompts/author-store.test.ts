import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAskers } from './author-store';
import { openStore } from '../store/open';

it('keeps who wrote which prompt: the first word on it, for a year', () => {
  const dir = mkdtempSync(join(tmpdir(), 'ccbot-askers-'));
  const store = openStore(join(dir, 'ccbot.db'), Date.now);
  try {
    let now = 1_000;
    const askers = createAskers(store, () => now);
    askers.note('/a.jsonl', 500, 7);
    askers.note('/a.jsonl', 500, 8);
    askers.note('/b.jsonl', 500, 8);
    expect([askers.of('/a.jsonl', 500), askers.of('/b.jsonl', 500), askers.of('/a.jsonl', 501)]).toEqual([
      7,
      8,
      undefined,
    ]);
    now += 366 * 24 * 3_600_000;
    askers.note('/a.jsonl', now, 7);
    expect(askers.of('/a.jsonl', 500)).toBeUndefined();
  } finally {
    store.close();
    rmSync(dir, { recursive: true, force: true });
  }
});
