import { delay, now } from '../clock';
import type { World } from '../world';
import { workerGone, type ChaosFault } from './fault';
import { changeSettings } from './worker';

const trouble = (kind: 'hang' | 'reset' | 'slow' | '5xx' | '429', name: string): ChaosFault => ({
  name,
  weight: 1,
  limitMs: 30_000,
  replaces: false,
  async strike(world, chance) {
    world.telegram.fault({ kind, delayMs: 800, retryAfter: 1 });
    await delay(chance.between(500, 3_000));
    world.telegram.clearFaults();
    // What hangs at the server stays so; a network that comes back has broken its connections.
    if (kind === 'hang') await world.telegram.refuse().then(world.telegram.resume);
    return now();
  },
});

/** Somebody on another machine polls with the same token, once; the worker's poll then ends with 409. */
async function pollFromElsewhere(world: World): Promise<void> {
  const { apiRoot, token } = world.telegram;
  for (let i = 0; i < 20 && world.pids('worker').length > 0; i++) {
    // Without an offset it confirms nothing: what it is shown the worker gets as well.
    const body = JSON.stringify({ timeout: 0, limit: 1 });
    const headers = { 'content-type': 'application/json' };
    await fetch(`${apiRoot}/bot${token}/getUpdates`, { method: 'POST', headers, body });
    await delay(50);
  }
}

/** What befalls the way to Telegram, and what Telegram answers. */
export const NETWORK_FAULTS: readonly ChaosFault[] = [
  {
    name: 'network refused',
    weight: 1,
    limitMs: 30_000,
    replaces: false,
    async strike(world, chance) {
      await world.telegram.refuse();
      await delay(chance.between(500, 3_000));
      await world.telegram.resume();
      return now();
    },
  },
  trouble('hang', 'network hanging'),
  trouble('reset', 'network resetting'),
  trouble('slow', 'network slow'),
  trouble('5xx', '5xx'),
  trouble('429', '429'),
  {
    name: '409 from elsewhere, then restart asked for',
    weight: 1,
    limitMs: 20_000,
    replaces: true,
    async strike(world) {
      await pollFromElsewhere(world);
      await workerGone(world);
      const at = now();
      await world.run('restart');
      return at;
    },
  },
  {
    name: '409 from elsewhere, waited out',
    weight: 1,
    limitMs: 90_000,
    replaces: true,
    long: true,
    async strike(world) {
      const at = now();
      await pollFromElsewhere(world);
      await workerGone(world);
      return at;
    },
  },
  {
    name: '401, then the settings file changes',
    weight: 1,
    limitMs: 20_000,
    replaces: true,
    async strike(world) {
      world.telegram.fault({ kind: '401', method: 'getUpdates', times: 1 });
      world.say();
      await workerGone(world);
      const at = now();
      changeSettings(world);
      return at;
    },
  },
];
