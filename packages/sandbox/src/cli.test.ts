import { printed } from '@ccbot/shared/fixtures/printed';
import { readCommandLine } from './cli';

const read = async (...argv: string[]): Promise<unknown> =>
  (await printed(() => readCommandLine(argv, '1.2.3'))).result;

it('runs the demo when nothing else is asked for', async () => {
  const request = { run: 'demo', dir: undefined, agent: undefined, port: 0, verbose: false };
  expect(await read()).toEqual({ request });
  expect(await read('demo')).toEqual({ request });
  expect(await read('--dir', '/d', '--agent', 'claude', '--port', '80', '--verbose')).toEqual({
    request: { run: 'demo', dir: '/d', agent: 'claude', port: 80, verbose: true },
  });
});

it('serves only the sandbox', async () => {
  expect(await read('serve', '--json', '--pacing')).toEqual({
    request: { run: 'serve', port: 0, pacing: true },
  });
});

it.each([
  ['serve', '--port', '-1'],
  ['serve', '--port', '65536'],
  ['serve', '--port', 'x'],
  ['serve', '--port', ''],
  ['--dir'],
  ['brew'],
  ['serve', 'tea'],
  ['--unknown'],
])('ends with 2 when it is not understood: %s %s %s', async (...argv) =>
  expect(await read(...argv.filter((a) => a !== undefined))).toEqual({ exit: 2 }),
);

it('ends with 0 after help and version', async () => {
  expect(await read('--help')).toEqual({ exit: 0 });
  expect(await read('--version')).toEqual({ exit: 0 });
  expect(await read('serve', '--help')).toEqual({ exit: 0 });
});
