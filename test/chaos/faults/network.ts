import { delay, now } from '../clock';
import type { World } from '../world';
import { workerGone, type ChaosFault } from './fault';
import { changeSettings } from './worker';

const telegramFault = (kind: 'hang' | 'reset' | 'slow' | '5xx' | '429', name: string): ChaosFault => ({
  name,
  weight: 1,
  limitMs: 30_000,
  replaces: false,
  async apply(world, chance) {
    world.telegram.fault({ kind, delayMs: 800, retryAfter: 1 });
    await delay(chance.between(500, 3_000));
    world.telegram.clearFaults();
    // Hanging calls would hang forever; a real network that comes back has broken its connections.
    if (kind === 'hang') await world.telegram.refuse().then(world.telegram.resume);
    return now();
  },
});

/** Polls with the same token, as from another machine, until the worker's poll ends with 409. */
async function pollFromElsewhere(world: World): Promise<void> {
  const { apiRoot, token } = world.telegram;
  for (let i = 0; i < 20 && world.pids('worker').length > 0; i++) {
    // Without an offset it confirms nothing, so the worker gets the same updates.
    const body = JSON.stringify({ timeout: 0, limit: 1 });
    const headers = { 'content-type': 'application/json' };
    await fetch(`${apiRoot}/bot${token}/getUpdates`, { method: 'POST', headers, body });
    await delay(50);
  }
}

export const NETWORK_FAULTS: readonly ChaosFault[] = [
  {
    name: 'network refused',
    weight: 1,
    limitMs: 30_000,
    replaces: false,
    async apply(world, chance) {
      await world.telegram.refuse();
      await delay(chance.between(500, 3_000));
      await world.telegram.resume();
      return now();
    },
  },
  telegramFault('hang', 'network hanging'),
  telegramFault('reset', 'network resetting'),
  telegramFault('slow', 'network slow'),
  telegramFault('5xx', '5xx'),
  telegramFault('429', '429'),
  {
    name: '409 from elsewhere, then a restart',
    weight: 1,
    limitMs: 20_000,
    replaces: true,
    async apply(world) {
      await pollFromElsewhere(world);
      await workerGone(world);
      const since = now();
      await world.run('restart');
      return since;
    },
  },
  {
    name: '409 from elsewhere, waited out',
    weight: 1,
    limitMs: 90_000,
    replaces: true,
    long: true,
    async apply(world) {
      const since = now();
      await pollFromElsewhere(world);
      await workerGone(world);
      return since;
    },
  },
  {
    name: '401, then the settings file changes',
    weight: 1,
    limitMs: 20_000,
    replaces: true,
    async apply(world) {
      world.telegram.fault({ kind: '401', method: 'getUpdates', times: 1 });
      world.say();
      await workerGone(world);
      const since = now();
      changeSettings(world);
      return since;
    },
  },
];
