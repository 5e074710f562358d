import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPlace, type Place } from '../fixtures/harness';

let place: Place;

beforeEach(async () => {
  place = await openPlace();
});
afterEach(async () => {
  await place.close();
});

describe('ccbot logs', () => {
  const line = (minute: number, level: string, message: string): string =>
    `${JSON.stringify({ timestamp: `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000Z`, level, message })}\n`;
  let directory: string;

  beforeEach(() => {
    directory = join(place.directory, 'logs');
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'supervisor.log'), line(1, 'info', 's-one') + line(3, 'error', 's-three'));
    writeFileSync(join(directory, 'worker.1.log'), line(0, 'info', 'w-zero'));
    writeFileSync(
      join(directory, 'worker.log'),
      line(2, 'warn', 'w-two') + 'half a li\u001b[31mne\n' + line(4, 'debug', 'w-four'),
    );
  });

  const messages = (out: string): string[] =>
    out.split('\n').flatMap((l) => /(?:[sw]-\w+|half.*)$/.exec(l)?.[0] ?? []);

  it('sorts the lines of both programs and their older files by time, and keeps lines that are no records', async () => {
    const { code, out } = await place.ask('logs');
    expect(code).toBe(0);
    expect(messages(out)).toEqual(['w-zero', 's-one', 'w-two', 'half a li[31mne', 's-three', 'w-four']);
    expect(out).not.toContain('\u001b');
    expect(out).not.toContain('undefined');
  });

  it('can show one program, the last lines, a level, a time span, and raw records', async () => {
    expect(messages((await place.ask('logs', 'worker', '-n', '1')).out)).toEqual(['w-four']);
    expect(messages((await place.ask('logs', 'supervisor', '--level', 'warn')).out)).toEqual(['s-three']);
    // A line that is no record has no level, and may be just the one the user is looking for.
    expect(messages((await place.ask('logs', 'worker', '--level', 'error')).out)).toEqual([
      'half a li[31mne',
    ]);
    expect(messages((await place.ask('logs', 'supervisor', '--since', '2026-01-01T00:02:00Z')).out)).toEqual([
      's-three',
    ]);
    expect((await place.ask('logs', 'supervisor', '--json', '-n', '1')).out).toBe(
      line(3, 'error', 's-three'),
    );
  });

  it('says so when there is no such line, or no log at all', async () => {
    const none = await place.ask('logs', 'supervisor', '--since', '2027-01-01');
    expect(none).toMatchObject({ code: 0, out: '' });
    expect(none.err).toBe(`No line in ${directory} is of that kind.\n`);
    rmSync(directory, { recursive: true });
    const early = await place.ask('logs', '--json');
    expect(early).toMatchObject({ code: 0, out: '' });
    expect(early.err).toContain(`no logs in ${directory} yet`);
  });

  it('follows new lines across a rotation', async () => {
    const follow = place.run(['logs', 'worker', '-f', '-n', '1', '--json']);
    await follow.line(({ message }) => message === 'w-four');
    appendFileSync(join(directory, 'worker.log'), line(5, 'info', 'w-five').slice(0, 20));
    appendFileSync(join(directory, 'worker.log'), line(5, 'info', 'w-five').slice(20));
    await follow.line(({ message }) => message === 'w-five');
    renameSync(join(directory, 'worker.log'), join(directory, 'worker.1.log'));
    appendFileSync(join(directory, 'worker.1.log'), line(6, 'info', 'w-six'));
    writeFileSync(join(directory, 'worker.log'), line(7, 'info', 'w-seven'));
    await follow.line(({ message }) => message === 'w-seven');
    expect(follow.lines().map(({ message }) => message)).toEqual(['w-four', 'w-five', 'w-six', 'w-seven']);
    follow.process.stdout?.destroy();
    appendFileSync(join(directory, 'worker.log'), line(8, 'info', 'w-eight'));
    expect(await follow.end).toBe(0);
  });
});
