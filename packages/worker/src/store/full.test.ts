import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from './open';
import { createPrompts } from '../prompts/store';

/** How large the file system is, KB. */
const SIZE_KB = 2_048;

let dir: string;
let mounted = false;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-full-'));
  // Only where this user may mount; elsewhere a page limit replaces the small disk.
  mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_KB}k`, 'ccbot-full', dir]).status === 0;
});
afterEach(() => {
  if (mounted) spawnSync('umount', ['-l', dir]);
  rmSync(dir, { recursive: true, force: true });
});

it('reports a full file system, keeps what it has, and works again once there is room', () => {
  const store = openStore(join(dir, 'ccbot.db'), () => 0);
  const prompts = createPrompts(store);
  const add = (id: number): void =>
    store.tx(() => prompts.add({ id, session: 's', chatId: 7, messageId: id, text: 'x'.repeat(20_000) }, 0));
  const ballast = join(dir, 'ballast');
  if (mounted) writeFileSync(ballast, Buffer.alloc((SIZE_KB - 1_024) * 1_024));
  else store.db.pragma('max_page_count = 60');
  let kept = 0;
  const fill = (): void => {
    for (; kept < 1_000; kept++) add(kept + 1);
  };
  expect(fill).toThrow(
    expect.objectContaining({ fault: expect.objectContaining({ code: 'STORE_FULL' }) as unknown }) as Error,
  );
  expect(kept).toBeGreaterThan(0);
  expect(prompts.ofSession('s', ['waiting'])).toHaveLength(kept);
  expect(prompts.get(kept + 1)).toBeUndefined();
  rmSync(ballast, { force: true });
  if (!mounted) store.db.pragma('max_page_count = 100000');
  add(kept + 1);
  expect(prompts.get(kept + 1)?.text).toHaveLength(20_000);
  store.close();
});
