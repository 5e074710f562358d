import { PanesError } from '../model';
import type { Channel } from './channel';
import { createLink, type LinkHost } from './link';

/** A link on channels that the test ends. */
function rig(more: Partial<LinkHost> = {}) {
  const log: string[] = [];
  const ends: ((reason: string) => void)[] = [];
  const plan: (Error | 'ok')[] = [];
  let open = 0;
  const host: LinkHost = {
    open: (onEnd) => {
      const next = plan.shift() ?? 'ok';
      if (next !== 'ok') return Promise.reject(next);
      open++;
      ends.push(onEnd);
      const channel: Channel = {
        pid: 1,
        run: () => Promise.resolve([[`channel ${ends.length}`]]),
        close: () => {
          open--;
          return Promise.resolve();
        },
      };
      return Promise.resolve(channel);
    },
    prepare: () => Promise.resolve(),
    onDown: (reason) => {
      open--;
      log.push(`down: ${reason}`);
    },
    onUp: () => log.push('up'),
    ...more,
  };
  const { start, ...others } = createLink((_, text) => log.push(text));
  const link = { ...others, start: () => start(host) };
  return { link, log, ends, plan, open: () => open };
}

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

it('fails commands while there is no channel', async () => {
  const { link } = rig();
  await expect(link.run(['x'])).rejects.toMatchObject({ reason: 'server-down' });
});

it('throws the first failure to its caller, and does not retry', async () => {
  const { link, plan, log } = rig();
  plan.push(new Error('no tmux'));
  await expect(link.start()).rejects.toThrow('no tmux');
  expect(log).toEqual([]);
});

it('reconnects after the server is lost, waiting longer after each failure', async () => {
  const { link, log, ends, plan } = rig();
  await link.start();
  plan.push(new Error('still away'), new Error('still away'), 'ok');
  ends[0]?.('server exited');
  expect(log).toEqual(['down: server exited']);
  await expect(link.run(['x'])).rejects.toMatchObject({ reason: 'server-down' });
  await jest.advanceTimersByTimeAsync(100);
  expect(log.slice(1)).toEqual(['tmux reconnect failed']);
  await jest.advanceTimersByTimeAsync(199);
  expect(log).toHaveLength(2);
  await jest.advanceTimersByTimeAsync(1);
  expect(log).toHaveLength(3);
  await jest.advanceTimersByTimeAsync(400);
  expect(log.slice(3)).toEqual(['up']);
  expect(await link.run(['x'])).toEqual([['channel 2']]);
  await link.stop();
});

it('never waits longer than five seconds', async () => {
  const { link, ends, plan, log } = rig();
  await link.start();
  plan.push(...Array.from({ length: 50 }, () => new Error('away')));
  ends[0]?.('gone');
  await jest.advanceTimersByTimeAsync(60_000);
  const before = log.length;
  await jest.advanceTimersByTimeAsync(5_000);
  expect(log.length).toBe(before + 1);
  await link.stop();
});

it('closes a channel that could not be prepared, and retries with one attempt at a time', async () => {
  let failing = false;
  const { link, log, ends, open } = rig({
    prepare: () => (failing ? Promise.reject(new PanesError('refused', 'odd')) : Promise.resolve()),
  });
  await link.start();
  failing = true;
  ends[0]?.('gone');
  await jest.advanceTimersByTimeAsync(100);
  expect(open()).toBe(0);
  ends[1]?.('a late end of a channel that was given up'); // must not start a second search
  expect(jest.getTimerCount()).toBe(1);
  failing = false;
  await jest.advanceTimersByTimeAsync(200);
  expect(log).toEqual(['down: gone', 'tmux reconnect failed', 'up']);
  expect(open()).toBe(1);
  await link.stop();
  expect(open()).toBe(0);
});

it('stops retrying once it is stopped, and keeps no channel that opens late', async () => {
  const { link, ends, log, open } = rig();
  await link.start();
  ends[0]?.('gone');
  await link.stop();
  await jest.advanceTimersByTimeAsync(60_000);
  expect(log).toEqual(['down: gone']);
  expect(open()).toBe(0);
});

it('closes a channel that opens while it is being stopped', async () => {
  let opened: (channel: Channel) => void = () => undefined;
  let closed = 0;
  const { link, log } = rig({ open: () => new Promise((resolve) => (opened = resolve)) });
  const starting = link.start();
  const stopping = link.stop();
  opened({
    pid: 1,
    run: () => Promise.resolve([]),
    close: () => {
      closed++;
      return Promise.resolve();
    },
  });
  await expect(starting).rejects.toMatchObject({ reason: 'server-down' });
  await stopping;
  expect(closed).toBe(1);
  expect(log).toEqual([]);
});
