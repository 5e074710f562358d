import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const source = join(process.env['CCBOT_ROOT'] ?? process.cwd(), 'test/chaos/fixtures/server-clock.c');

/** The wall clock of nats-server. No namespace has one of its own, so a library in the process shifts it. */
export interface ServerClock {
  /** Environment variables for the server. */
  readonly env: Record<string, string>;
  /** Shifts it, ms from the real time. */
  set(shiftMs: number): void;
}

/** Builds the library in `folder`. Returns in one line why it cannot be used here. */
export function createServerClock(folder: string, program: string | null): ServerClock | string {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return 'its clock can be stepped on Linux x86-64 only';
  // The loader takes a library into dynamically linked programs only; those name their loader.
  if (program === null || !readFileSync(program).subarray(0, 4_096).includes('/ld-linux'))
    return 'it is linked statically, so nothing can be loaded into it';
  const library = join(folder, 'server-clock.so');
  const shift = join(folder, 'server-clock');
  const built = spawnSync('cc', ['-O2', '-shared', '-fPIC', '-o', library, source], { encoding: 'utf8' });
  if (built.status !== 0) return 'its clock can be stepped only where there is a C compiler';
  const set = (shiftMs: number): void => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(shiftMs) * 1_000_000n);
    // In place: the server has this very file in its memory.
    const fd = openSync(shift, 'r+');
    writeSync(fd, bytes, 0, bytes.length, 0);
    closeSync(fd);
  };
  writeFileSync(shift, Buffer.alloc(8));
  return { env: { LD_PRELOAD: library, CHAOS_SERVER_CLOCK: shift }, set };
}
