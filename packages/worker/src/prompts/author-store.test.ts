import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthorStore } from './author-store';
import { openStore } from '../store/open';

it('stores who wrote each prompt: the first record holds, for a year', () => {
  const dir = mkdtempSync(join(tmpdir(), 'ccbot-authors-'));
  const store = openStore(join(dir, 'ccbot.db'), Date.now);
  try {
    let now = 1_000;
    const authors = createAuthorStore(store, () => now);
    authors.record('/a.jsonl', 500, 7);
    authors.record('/a.jsonl', 500, 8);
    authors.record('/b.jsonl', 500, 8);
    expect([
      authors.get('/a.jsonl', 500),
      authors.get('/b.jsonl', 500),
      authors.get('/a.jsonl', 501),
    ]).toEqual([7, 8, undefined]);
    now += 366 * 24 * 3_600_000;
    authors.record('/a.jsonl', now, 7);
    expect(authors.get('/a.jsonl', 500)).toBeUndefined();
  } finally {
    store.close();
    rmSync(dir, { recursive: true, force: true });
  }
});
