import { getEventListeners } from 'node:events';
import { pause } from './pause';

it('resolves after its time and leaves no listener', async () => {
  const stop = new AbortController();
  await pause(1, stop.signal);
  expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
});

it('resolves immediately when aborted, even if that happened before', async () => {
  const stop = new AbortController();
  const waiting = pause(1e9, stop.signal);
  stop.abort();
  await waiting;
  await pause(1e9, stop.signal);
  expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
});
