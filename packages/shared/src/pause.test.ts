import { getEventListeners } from 'node:events';
import { pause } from './pause';

it('ends when its time is over, and leaves no listener', async () => {
  const stop = new AbortController();
  await pause(1, stop.signal);
  expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
});

it('ends at once when it is told to stop, also when that was before', async () => {
  const stop = new AbortController();
  const waiting = pause(1e9, stop.signal);
  stop.abort();
  await waiting;
  await pause(1e9, stop.signal);
  expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
});
