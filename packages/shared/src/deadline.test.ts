import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { deadline } from './deadline';

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve()));

it('is aborted when the time is over, though garbage was collected meanwhile', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const isOver = aborted(deadline(100, new AbortController().signal));
  await turn(); // until then, this one's stack holds the signal
  collect();
  await isOver;
});

it('says that the time was over', async () => {
  const signal = deadline(1, new AbortController().signal);
  await aborted(signal);
  expect(signal.reason).toMatchObject({ name: 'TimeoutError' });
});

it('is aborted with the other signal, and for its reason', async () => {
  const stop = new AbortController();
  const signal = deadline(100_000, stop.signal);
  expect(signal.aborted).toBe(false);
  const isOver = aborted(signal);
  stop.abort('told to');
  await isOver;
  expect(signal.reason).toBe('told to');
  expect(deadline(100_000, stop.signal)).toMatchObject({ aborted: true, reason: 'told to' });
});
