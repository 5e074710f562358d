import { printed } from '@ccbot/shared/fixtures/printed';
import { readCommandLine } from './cli';

const read = (...argv: string[]) => printed(() => readCommandLine(argv, '1.2.3'));

it.each([
  [['logs', '-n', 'x'], '--lines must be a number, not “x”'],
  [['logs', '-n', '-1'], '--lines must be a number, not “-1”'],
  [['doctor', '--yes'], '--yes requires --fix'],
  [['service', 'print', '--credential', 'a', '--encrypted-credential', 'b'], 'use one of --credential'],
])('refuses %j, and says why', async (argv, why) => {
  const { result, stdout, stderr } = await read(...argv);
  expect([result, stdout]).toEqual([{ exit: 2 }, '']);
  expect(stderr).toContain(`error: ${why}`);
});

it('shows its help as an error when no command is given', async () => {
  const { result, stdout, stderr } = await read();
  expect([result, stdout]).toEqual([{ exit: 2 }, '']);
  expect(stderr).toMatch(/^Usage: ccbot /);
});

it('takes --env-file before and behind a command', async () => {
  const request = { run: 'status', json: true, watch: false };
  for (const argv of [
    ['--env-file', 'a', 'status', '--json'],
    ['status', '--json', '--env-file', 'a'],
  ])
    expect((await read(...argv)).result).toEqual({ request, envFile: 'a' });
});
