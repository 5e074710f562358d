import { deadlineOf } from './deadline';
import { Play, policy, TROUBLE } from './fixtures/play';

describe('starting', () => {
  it('starts the first worker without a network check', () => {
    const play = new Play().send({ type: 'start' });
    expect(play.effects).toEqual([{ do: 'spawn', generation: 1 }]);
    expect(play.state.phase.is).toBe('starting');
  });

  it('checks the network before the next start when no poll has completed, and starts when it is up', () => {
    const play = new Play().send({ type: 'start' }).forget().exit(70);
    expect(play.effects).toContainEqual({ do: 'probe', of: 'network' });
    expect(play.did('spawn')).toBe(0);
    play.send({ type: 'probe.done', up: true, detail: '' });
    expect(play.did('spawn')).toBe(1);
    expect(play.state.phase.is).toBe('starting');
  });

  it('checks again every CCBOT_NET_RETRY_SEC while it is down, and logs that once', () => {
    const play = new Play().send({ type: 'start' }).exit(70).forget();
    play.send({ type: 'probe.done', up: false, trouble: TROUBLE }).pass(5_000);
    for (let i = 0; i < 19; i++) play.send({ type: 'probe.done', up: false, trouble: TROUBLE }).pass(5_000);
    expect(play.did('probe')).toBe(20);
    expect(play.did('log')).toBe(1);
    expect(play.did('spawn')).toBe(0);
  });

  it('kills a worker that never sends a message', () => {
    const play = new Play().send({ type: 'start' });
    play.pass(30_999);
    expect(play.did('kill')).toBe(0);
    play.pass(1);
    expect(play.did('kill')).toBe(1);
  });
});

describe('crashes', () => {
  it('restarts immediately after a healthy run, without checking a network that just worked', () => {
    const play = new Play().up().passWell(130_000).forget().exit(null, 'SIGSEGV');
    expect(play.did('spawn')).toBe(1);
    expect(play.did('probe')).toBe(0);
  });

  it('waits 0, 1, 2, 4, … s up to the maximum between crashes, and never gives up', () => {
    const play = new Play().up();
    const waits: number[] = [];
    for (let i = 0; i < 14; i++) {
      play.exit(70);
      const { phase } = play.state;
      waits.push(phase.is === 'waiting' ? phase.until - play.at : 0);
      play.pass(300_000);
      if (play.state.phase.is === 'gate') play.send({ type: 'probe.done', up: true, detail: '' });
    }
    expect(waits.slice(0, 6)).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000]);
    expect(waits.at(-1)).toBe(300_000);
    expect(play.state.child).not.toBeNull();
  });

  it('varies the delay by a quarter in both directions', () => {
    const waitAt = (chance: number): number => {
      const play = new Play().up().exit(70);
      const { generation } = play.state;
      play.send({ type: 'child.exited', generation, code: 70, signal: null, lastLine: '', chance });
      return play.state.phase.is === 'waiting' ? play.state.phase.until - play.at : -1;
    };
    expect([waitAt(0), waitAt(0.999999)]).toEqual([750, 1_250]);
  });

  it('counts an unrequested exit with 0 as a crash', () => {
    const play = new Play().up().exit(0).forget();
    play.exit(0);
    expect(play.state.phase).toMatchObject({ is: 'waiting', why: 'crash' });
  });

  it('sends one notice at the third crash, and a recovery notice after a healthy run', () => {
    const play = new Play().up();
    for (let i = 0; i < 6; i++) {
      play.exit(70).pass(60_000);
      if (play.state.phase.is === 'gate') play.send({ type: 'probe.done', up: true, detail: '' });
    }
    expect(play.notices()).toEqual(['loop']);
    play.ready().passWell(118_000);
    expect(play.notices()).toEqual(['loop']);
    play.passWell(4_000);
    expect(play.notices()).toEqual(['loop', 'recovered']);
    expect(play.state.failures).toBe(0);
  });

  it('sends at most six notices of trouble per hour', () => {
    const play = new Play().up();
    for (let round = 0; round < 10; round++) {
      for (let i = 0; i < 3; i++) {
        play.exit(70).pass(10_000);
        if (play.state.phase.is === 'gate') play.send({ type: 'probe.done', up: true, detail: '' });
      }
      play.ready().passWell(122_000);
    }
    expect(play.notices().filter((kind) => kind === 'loop')).toHaveLength(6);
  });
});

describe('exit codes', () => {
  it('does not start again after 78 until the settings change', () => {
    const play = new Play().up().forget().exit(78).pass(86_400_000);
    expect(play.did('spawn')).toBe(0);
    expect(play.effects).toContainEqual({ do: 'watchSettings', on: true });
    expect(play.notices()).toEqual(['config']);
    play.send({ type: 'settings.changed' }).send({ type: 'probe.done', up: true, detail: '' });
    expect(play.did('spawn')).toBe(1);
    expect(play.effects).toContainEqual({ do: 'watchSettings', on: false });
  });

  it('backs off after a 409, from 55 s and growing, sends one notice, and recovers when polls succeed', () => {
    const play = new Play().up();
    const waits: number[] = [];
    for (let i = 0; i < 4; i++) {
      const head = { v: 1 as const, generation: play.state.generation };
      play.say({ ...head, type: 'conflict', at: play.at, text: 'Conflict' }).exit(75);
      const { phase } = play.state;
      waits.push(phase.is === 'waiting' ? phase.until - play.at : -1);
      play.pass(300_000);
      if (play.state.phase.is === 'gate') play.send({ type: 'probe.done', up: true, detail: '' });
    }
    expect(waits).toEqual([55_000, 82_500, 123_750, 185_625]);
    expect(play.notices()).toEqual(['conflict']);
    play.ready().passWell(62_000);
    expect(play.notices()).toEqual(['conflict', 'recovered']);
    expect(play.state.conflicts).toBe(0);
  });
});

describe('requests', () => {
  it('lets the worker drain for 10 s on stop, then kills it, then exits 0', () => {
    const play = new Play().up().forget().send({ type: 'stop' });
    expect(play.did('drain')).toBe(1);
    play.pass(9_999);
    expect(play.did('kill')).toBe(0);
    play.pass(1);
    expect(play.did('kill')).toBe(1);
    play.exit(null, 'SIGKILL');
    expect(play.effects.at(-1)).toEqual({ do: 'exit', code: 0 });
  });

  it.each<[string, (play: Play) => Play]>([
    ['before the start', (play) => play],
    ['while it asks the network', (play) => play.send({ type: 'start' }).exit(70)],
    ['while it waits after a crash', (play) => play.up().exit(70).exit(70)],
    ['after a configuration error', (play) => play.up().exit(78)],
  ])('exits immediately on stop %s', (_when, prepare) => {
    const play = prepare(new Play()).forget().send({ type: 'stop' });
    expect(play.effects.at(-1)).toEqual({ do: 'exit', code: 0 });
    expect(deadlineOf(policy, play.state)).toBeNull();
  });

  it('kills immediately at a second stop request', () => {
    const play = new Play()
      .up()
      .forget()
      .send({ type: 'stop' })
      .send({ type: 'stop' })
      .send({ type: 'stop' });
    expect(play.did('kill')).toBe(1);
  });

  it('starts no new worker when stop comes during a replacement', () => {
    const play = new Play().up().send({ type: 'reload' }).send({ type: 'stop' }).forget().exit(0);
    expect(play.did('spawn')).toBe(0);
    expect(play.effects.at(-1)).toEqual({ do: 'exit', code: 0 });
  });

  it.each<[string, (play: Play) => Play]>([
    ['a crash', (play) => play.up().exit(70).exit(70)],
    [
      'a conflict',
      (play) => play.up().say({ v: 1, generation: 1, type: 'conflict', at: 1, text: '' }).exit(75),
    ],
    ['a configuration error', (play) => play.up().exit(78)],
  ])('ends the wait after %s when a restart is requested', (_what, prepare) => {
    const play = prepare(new Play()).forget().send({ type: 'reload' });
    expect(play.did('spawn')).toBe(1);
  });

  it('gives a replaced worker one second to send and five to exit', () => {
    const play = new Play().up().forget().send({ type: 'reload' });
    expect(play.effects).toEqual([{ do: 'drain', generation: 1, deadlineMs: 1_000 }]);
    play.pass(4_999);
    expect(play.did('kill')).toBe(0);
    play.pass(1);
    expect(play.did('kill')).toBe(1);
  });

  it('replaces the worker on reload, once for two requests', () => {
    const play = new Play().up().forget().send({ type: 'reload' }).send({ type: 'reload' }).exit(0);
    expect([play.did('drain'), play.did('spawn')]).toEqual([1, 1]);
    expect(play.state.failures).toBe(0);
  });
});

describe('the lock', () => {
  it('is checked regularly in every phase', () => {
    for (const play of [new Play().up().passWell(60_000), new Play().up().exit(78).pass(60_000)]) {
      expect(play.did('checkLock')).toBeGreaterThan(10);
    }
  });

  it('brings a new worker if it was taken again, and ends everything immediately with 1 if it was lost', () => {
    const play = new Play().up().forget().send({ type: 'lock.renewed' }).exit(0);
    expect([play.did('drain'), play.did('spawn')]).toEqual([1, 1]);
    play.forget().send({ type: 'lock.lost', text: 'taken' });
    expect(play.did('kill')).toBe(1);
    expect(play.effects.at(-1)).toEqual({ do: 'exit', code: 1 });
  });
});

it('ignores events of an older worker', () => {
  const play = new Play().up().exit(70);
  const before = play.state;
  const old = { generation: 1 };
  play.send({ type: 'child.exited', ...old, code: 78, signal: null, lastLine: '', chance: 0 });
  play.send({
    type: 'child.message',
    ...old,
    message: { v: 1, ...old, type: 'network', at: 1, up: false, detail: '' },
  });
  play.send({ type: 'child.spawned', ...old, pid: 1 });
  expect(play.state).toBe(before);
});
