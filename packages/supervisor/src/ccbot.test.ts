import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPlace, type Place } from './fixtures/harness';

let place: Place;

beforeEach(async () => {
  place = await openPlace();
});
afterEach(async () => {
  await place.close();
});

describe('the command line', () => {
  it('passes on `worker` with its arguments, and its exit code', async () => {
    writeFileSync(
      join(place.directory, 'echo.js'),
      'console.log(process.argv.slice(2).join(" ")); process.exit(7);',
    );
    const environment = { STAND_IN_WORKER: join(place.directory, 'echo.js') };
    for (const [args, passed] of [
      [['worker', '--once', '--json'], '--once --json'],
      [['worker', '--help'], '--help'],
      [['hook', '--install', '--agent', 'x'], 'hook --install --agent x'],
    ] as const) {
      const run = place.run(args, environment);
      expect([await run.end, run.stdout()]).toEqual([7, `${passed}\n`]);
    }
  });

  it('reports the worker’s signal in its exit code, as shells do', async () => {
    writeFileSync(join(place.directory, 'die.js'), 'process.kill(process.pid, "SIGKILL")');
    const run = place.run(['worker'], { STAND_IN_WORKER: join(place.directory, 'die.js') });
    expect(await run.end).toBe(137);
  });

  it('prints help and version and exits with 0', async () => {
    expect((await place.ask('--help')).code).toBe(0);
    expect(await place.ask('--version')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
    });
  });
});
