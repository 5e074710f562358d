import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { TMUX } from '@ccbot/shared/fixtures/tmux';
import { livingHolder } from './status/inspect';
import { gone, openPlace, type Place } from './fixtures/harness';

const hasTmux = spawnSync(TMUX, ['-V']).error === undefined;
let place: Place;
let socket: string;

beforeEach(async () => {
  place = await openPlace();
  socket = `ccbot-test-${process.pid}-${Date.now()}`;
});
afterEach(async () => {
  spawnSync(TMUX, ['-L', socket, 'kill-server']);
  await place.close();
});

function tmux(...args: string[]): string {
  const environment = { ...place.environment, TERM: 'xterm-256color' };
  return execFileSync(TMUX, ['-L', socket, ...args], { env: environment, encoding: 'utf8' });
}

/** Resolves when a worker has been started this many times. */
async function started(count: number): Promise<void> {
  while (place.starts().length < count) await new Promise((resolve) => setTimeout(resolve, 10));
}

if (hasTmux) {
  it('runs in a tmux session, restarts the worker on SIGHUP, and stops when that session is killed', async () => {
    mkdirSync(join(place.directory, 'logs'), { recursive: true });
    tmux('new-session', '-d', '-s', 'agents', 'sleep 1000');
    tmux('new-session', '-d', '-s', 'ccbot-supervisor', process.execPath, place.program, 'supervise');
    await started(1);
    const holder = livingHolder(join(place.directory, 'ccbot.lock'));
    if (holder === null) throw new Error('nobody holds the lock');
    process.kill(holder.pid, 'SIGHUP');
    await started(2);
    tmux('kill-session', '-t', 'ccbot-supervisor');
    await gone(holder.pid);
    await Promise.all(place.starts().map(({ pid }) => gone(pid)));
    expect(tmux('list-sessions', '-F', '#{session_name}')).toBe('agents\n');
    expect(place.drains()).toHaveLength(2);
  });
} else {
  it('is not tested in tmux, because there is none here', () => {
    expect(hasTmux).toBe(false);
  });
}
