import type { KV } from '@nats-io/kv';

/** The most that is written, times 500 kB: servers of today begin a new file after 16 MB at most. */
const MOST = 200;

/**
 * Writes to a bucket until its server has to begin a new file, which it cannot where its directory is gone. Before that, it
 * works on with what it has open and in memory.
 */
export async function writeUntilRefused(bucket: KV): Promise<void> {
  const value = 'x'.repeat(500_000);
  for (let i = 0; i < MOST; i++) {
    try {
      await bucket.put('filler', value);
    } catch {
      return; // it says why to ccbot as well
    }
  }
  throw new Error('the server still takes what is written to it');
}
