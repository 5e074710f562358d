import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { lives, type Line, polls, inPlace } from './fixtures/harness';

const ended = (generation: number) => (line: Line) =>
  line.message === 'worker ended' && line['generation'] === generation;

it.concurrent(
  'distinguishes a supervisor that does not answer from one that is gone',
  inPlace(async (place) => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    supervisor.kill('SIGSTOP');
    const { code, out } = await place.ask('status', '--json');
    expect([code, JSON.parse(out)]).toEqual([3, expect.objectContaining({ state: 'unanswering' })]);
  }),
);

it.concurrent(
  'claims nothing of a supervisor that does not answer',
  inPlace(async (place) => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    process.kill(supervisor.pid, 'SIGSTOP');
    try {
      expect(await place.ask('restart')).toMatchObject({
        code: 75,
        err: expect.stringContaining('it is unknown whether it will restart') as string,
      });
    } finally {
      process.kill(supervisor.pid, 'SIGCONT');
    }
  }),
);

it.concurrent(
  'does not claim to have stopped what was asked and says nothing',
  inPlace(async (place) => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    rmSync(join(place.directory, 'ccbot.lock'));
    process.kill(supervisor.pid, 'SIGSTOP');
    try {
      const { code, err } = await place.ask('stop');
      expect([code, err]).toEqual([1, expect.stringContaining('was asked to stop but does not answer')]);
    } finally {
      process.kill(supervisor.pid, 'SIGCONT');
    }
  }),
);

it.concurrent(
  'replaces a suspended worker',
  inPlace(async (place) => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    process.kill(place.starts()[0]?.pid ?? 0, 'SIGSTOP');
    await supervisor.line(polls(2));
    expect(supervisor.lines().find(ended(1))?.['why']).toBe('not responding');
    expect(place.starts().filter(({ pid }) => lives(pid))).toHaveLength(1);
  }),
);
