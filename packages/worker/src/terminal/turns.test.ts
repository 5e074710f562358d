import { createTurns } from './turns';

/** Work that ends when the test says so. */
function work(log: string[], name: string): { run: () => Promise<string>; end: (error?: Error) => void } {
  let end: (error?: Error) => void = () => undefined;
  const done = new Promise<string>((resolve, reject) => {
    end = (error) => (error === undefined ? resolve(name) : reject(error));
  });
  return {
    run: () => {
      log.push(name);
      return done;
    },
    end: (error) => end(error),
  };
}

it('starts work under a key once the work before it has ended, even in failure', async () => {
  const log: string[] = [];
  const turns = createTurns();
  const [a, b, c] = [work(log, 'a'), work(log, 'b'), work(log, 'c')];
  const results = [turns.take('k', a.run), turns.take('k', b.run), turns.take('k', c.run)];
  await Promise.resolve();
  expect(log).toEqual(['a']);
  a.end(new Error('bad'));
  await expect(results[0]).rejects.toThrow('bad');
  b.end();
  await expect(results[1]).resolves.toBe('b');
  c.end();
  await expect(results[2]).resolves.toBe('c');
  expect(log).toEqual(['a', 'b', 'c']);
});

it('does not make one key wait for another', async () => {
  const turns = createTurns();
  const stuck = work([], 'stuck');
  const waiting = turns.take('a', stuck.run);
  await expect(turns.take('b', () => Promise.resolve('free'))).resolves.toBe('free');
  stuck.end();
  await waiting;
});

it('is idle once everything has ended, including work added meanwhile', async () => {
  const log: string[] = [];
  const turns = createTurns();
  const first = turns.take('k', async () => {
    log.push('first');
    void turns.take('k', async () => void log.push('second'));
  });
  await turns.idle();
  await first;
  expect(log).toEqual(['first', 'second']);
});
