import { Play, TROUBLE } from './fixtures/play';

describe('liveness', () => {
  it('drains, then kills an unresponsive worker within 10 s, and starts another', () => {
    const play = new Play().up().passWell(10_000).forget();
    play.pass(8_000);
    expect(play.did('drain')).toBe(1);
    play.pass(1_000);
    expect(play.did('kill')).toBe(1);
    play.exit(null, 'SIGKILL');
    expect(play.did('spawn')).toBe(1);
    expect(play.state.ended[0]?.why).toBe('not responding');
  });

  it('replaces a worker that beats but does not poll while the network works, within 90 s', () => {
    const play = new Play().up().passWell(10_000).forget();
    const lastPollAt = play.at;
    for (let i = 0; i < 45 && play.did('kill') === 0; i++) {
      play.passWell(2_000, { lastPollAt });
      if (play.state.probe.asking) play.send({ type: 'probe.done', up: true, detail: '' });
    }
    expect(play.did('kill')).toBe(1);
    expect(play.at - lastPollAt).toBeLessThanOrEqual(90_000);
    expect(play.exit(null, 'SIGKILL').state.ended[0]?.why).toContain('stalled');
  });

  it('keeps a worker that cannot poll because the network is down, however long', () => {
    const play = new Play().up().passWell(10_000).forget();
    const lastPollAt = play.at;
    for (let i = 0; i < 1_800; i++) {
      play.passWell(2_000, { lastPollAt });
      if (play.state.probe.asking) play.send({ type: 'probe.done', up: false, trouble: TROUBLE });
    }
    expect(play.did('drain')).toBe(0);
    expect(play.did('log')).toBe(1);
  });

  it('gives a worker time to poll again after the network came back', () => {
    const play = new Play().up().passWell(10_000).forget();
    const lastPollAt = play.at;
    for (let i = 0; i < 300; i++) {
      play.passWell(2_000, { lastPollAt });
      if (play.state.probe.asking)
        play.send(
          i > 150
            ? { type: 'probe.done', up: true, detail: '' }
            : { type: 'probe.done', up: false, trouble: TROUBLE },
        );
      if (i === 180) expect(play.did('drain')).toBe(0);
    }
    expect(play.did('drain')).toBe(1);
  });

  it('takes a 429, a 5xx and a pause that Telegram asked for as signs of life, however long no poll succeeds', () => {
    const play = new Play().up().passWell(10_000).forget();
    const lastPollAt = play.at;
    for (let i = 0; i < 900; i++) {
      play.passWell(2_000, { lastPollAt, answers: i });
      if (play.state.probe.asking) play.send({ type: 'probe.done', up: true, detail: '' });
    }
    for (let i = 0; i < 900; i++) {
      play.passWell(2_000, { lastPollAt, answers: 900, heldOff: true });
      if (play.state.probe.asking) play.send({ type: 'probe.done', up: true, detail: '' });
    }
    expect(play.did('drain')).toBe(0);
    for (let i = 0; i < 45 && play.did('kill') === 0; i++) {
      play.passWell(2_000, { lastPollAt, answers: 900, heldOff: false });
      if (play.state.probe.asking) play.send({ type: 'probe.done', up: true, detail: '' });
    }
    expect(play.did('kill')).toBe(1);
  });

  it('asks the Bot API itself when a worker reports that the network is down', () => {
    const play = new Play().up().passWell(10_000).forget();
    const lastPollAt = play.at;
    play.passWell(64_000, { lastPollAt });
    const { generation } = play.state;
    play.say({ v: 1, generation, type: 'network', at: play.at, up: false, detail: 'no answer in time' });
    expect(play.effects.at(-1)).toEqual({ do: 'probe', of: 'api' });
    play.send({ type: 'probe.done', up: true, detail: '' });
    while (play.did('kill') === 0 && play.at - lastPollAt < 200_000) {
      play.passWell(2_000, { lastPollAt });
      if (play.state.probe.asking) play.send({ type: 'probe.done', up: true, detail: '' });
    }
    expect(play.at - lastPollAt).toBeLessThanOrEqual(90_000);
  });

  it('logs once that the network is down, and once that it is up, when worker and probe agree', () => {
    const play = new Play().up().passWell(10_000).forget();
    const lastPollAt = play.at;
    const head = { v: 1 as const, generation: 1, type: 'network' as const };
    for (let i = 0; i < 5; i++) {
      play.say({ ...head, at: play.at, up: false, detail: 'ECONNREFUSED' });
      if (play.state.probe.asking) play.send({ type: 'probe.done', up: false, trouble: TROUBLE });
      play.passWell(2_000, { lastPollAt });
    }
    play.say({ ...head, at: play.at, up: true, detail: '' });
    play.say({ ...head, at: play.at, up: true, detail: '' });
    const lines = play.effects.flatMap((e) => (e.do === 'log' ? [e.text] : []));
    expect(lines).toEqual(['network down: cannot reach Telegram', 'network up']);
  });

  it('does not mistake a sleeping host, or its own suspension, for an unresponsive worker', () => {
    const play = new Play().up().passWell(10_000).forget();
    play.at += 3_600_000;
    play.send({ type: 'tick' });
    expect(play.did('drain')).toBe(0);
    play.passWell(60_000);
    expect(play.did('drain')).toBe(0);
    play.pass(9_000);
    expect(play.did('drain')).toBe(1);
  });

  it('gives a worker time to start after its hello', () => {
    const play = new Play().send({ type: 'start' });
    play.say({ v: 1, generation: 1, type: 'hello', pid: 1, version: '1' }).pass(29_000);
    expect(play.did('drain')).toBe(0);
    play.pass(2_000);
    expect(play.did('kill')).toBe(1);
  });

  it('asks the Bot API, not only the network, before it calls a worker stalled', () => {
    const play = new Play().up().passWell(10_000).forget();
    const lastPollAt = play.at;
    while (play.did('probe') === 0) play.passWell(2_000, { lastPollAt });
    expect(play.effects).toContainEqual({ do: 'probe', of: 'api' });
  });

  it('waits for the end of a turn before it replaces a large worker, unless it is far over the limit', () => {
    const play = new Play().up().passWell(10_000).forget();
    play.passWell(2_000, { rssBytes: 1.2e9, busy: true });
    expect(play.did('drain')).toBe(0);
    play.passWell(2_000, { rssBytes: 1.2e9, busy: false });
    expect(play.did('drain')).toBe(1);
    const far = new Play().up().passWell(10_000).forget().passWell(2_000, { rssBytes: 1.6e9, busy: true });
    expect(far.did('drain')).toBe(1);
    far.exit(0);
    expect(far.state).toMatchObject({ failures: 0, phase: { is: 'starting' } });
  });
});

describe('a worker that shares its bot with other machines', () => {
  const report = { host: 'laptop', poller: null, epoch: null, lag: 0, joined: true };
  const standby = { ...report, standby: true, leaseUntil: null };
  const polling = (until: number) => ({ ...report, standby: false, leaseUntil: until });

  it('is well for as long as it stands by without a poll', () => {
    const play = new Play().up().passWell(10_000).forget();
    play.passWell(600_000, { lastPollAt: null, cluster: standby });
    expect(play.did('probe')).toBe(0);
    expect(play.did('drain')).toBe(0);
  });

  it('is killed at once when its lease has ended and it has not said that it stopped polling', () => {
    const play = new Play().up().passWell(10_000).forget();
    const until = play.at + 5_000;
    play.say({ ...play.beat(), cluster: polling(until) });
    play.pass(5_499);
    expect(play.did('kill')).toBe(0);
    play.pass(1);
    expect(play.did('kill')).toBe(1);
    expect(play.did('drain')).toBe(0);
    play.exit(null, 'SIGKILL');
    expect(play.state.ended[0]?.why).toBe('polled past its lease');
    expect(play.did('spawn')).toBe(1);
  });

  it.each([
    ['renews its lease', (at: number) => polling(at + 8_500)],
    ['stands by from then on', () => standby],
  ])('lives on when it %s in time', (_what, next) => {
    const play = new Play().up().passWell(10_000).forget();
    play.say({ ...play.beat(), cluster: polling(play.at + 5_000) });
    for (let i = 0; i < 10; i++) {
      play.pass(2_000);
      play.say({ ...play.beat(), lastPollAt: play.at, cluster: next(play.at) });
    }
    expect(play.did('kill')).toBe(0);
  });

  it('is killed at the end of its lease although it drains', () => {
    const play = new Play().up().passWell(10_000).forget();
    play.say({ ...play.beat(), cluster: polling(play.at + 2_000) });
    play.send({ type: 'stop' }).pass(2_499);
    expect(play.did('kill')).toBe(0);
    play.pass(1);
    expect(play.did('kill')).toBe(1);
    play.exit(null, 'SIGKILL');
    expect(play.did('exit')).toBe(1);
  });

  it('may report once more after the supervisor itself stood still, and is killed if it does not', () => {
    for (const speaks of [true, false]) {
      const play = new Play().up().passWell(10_000).forget();
      play.say({ ...play.beat(), cluster: polling(play.at + 5_000) });
      play.at += 60_000;
      play.send({ type: 'tick' });
      expect(play.did('kill')).toBe(0);
      if (speaks) play.say({ ...play.beat(), cluster: standby });
      play.pass(500);
      expect(play.did('kill')).toBe(speaks ? 0 : 1);
    }
  });

  it('is ready when it stands by, which says nothing of the network', () => {
    const play = new Play().send({ type: 'start' }).send({ type: 'probe.done', up: true, detail: '' });
    const head = { v: 1 as const, generation: 1 };
    const { seenAt } = play.state.network;
    play.pass(1_000).say({ ...head, type: 'ready', at: play.at, botUsername: 'bot', standby: true });
    expect(play.state.phase.is).toBe('running');
    expect(play.state.network.seenAt).toBe(seenAt);
  });
});
