import { connect } from 'node:net';
import { join } from 'node:path';
import { openPlace, type Place, polls } from '../fixtures/harness';

let place: Place;

beforeEach(async () => {
  place = await openPlace();
});
afterEach(async () => {
  await place.close();
});

describe('the control socket', () => {
  it('survives what is no request', async () => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    for (const text of [
      '\n',
      'status\n',
      '{"v":1,"ask":"explode"}\n',
      '{"v":9,"ask":"stop"}\n',
      `${'x'.repeat(200_000)}\n`,
      'half',
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connect(join(place.directory, 'run/supervisor.sock'), () => socket.end(text));
        socket.resume();
        socket.once('close', () => resolve());
        socket.once('error', () => resolve());
      });
      expect([text, (await place.ask('status')).code]).toEqual([text, 0]);
    }
  });

  it('is available again after a supervisor was killed', async () => {
    const first = place.run(['supervise']);
    await first.line(polls(1));
    first.kill('SIGKILL');
    await first.end;
    const second = place.run(['supervise']);
    await second.line(polls(1));
    expect((await place.ask('status')).code).toBe(0);
  });
});
