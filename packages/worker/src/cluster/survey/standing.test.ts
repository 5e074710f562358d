import type { Entry } from '../link';
import { renderStanding, standingAsData } from './render';
import { standingOf } from './standing';
import type { Survey } from './survey';

const NOW = 1_000_000_000;
const entry = (key: string, value: object, at: number): Entry => ({
  key,
  value: JSON.stringify(value),
  revision: 1,
  at,
});
const machine = (host: string, at: number, state = 'up'): Entry =>
  entry(
    `machine.${host}`,
    { schema: 1, id: host, instance: 'i', version: '1.4.0', startedAt: NOW - 3_600_000, state },
    at,
  );
const lease = (host: string, at: number, state = 'held'): Entry =>
  entry('poller', { host, node: 'n', instance: 'i', state }, at);

const survey = (more: Partial<Survey> = {}): Survey => ({
  url: 'nats://a:4222',
  server: { version: '2.9.10', asksForCredentials: true, isClustered: false, roundTripMs: 1 },
  clockAheadMs: 0,
  objects: [],
  missing: [],
  lease: lease('bob', NOW - 1_000),
  epoch: 57,
  machines: [
    machine('ada', NOW - 2_000),
    machine('bob', NOW - 60_000),
    machine('cyd', NOW - 1_000, 'stopped'),
  ],
  waiting: new Map([
    ['ada', 0],
    ['bob', 3],
  ]),
  ...more,
});
const shown = (more: Partial<Survey> = {}, host = 'ada'): string => {
  const found = survey(more);
  return renderStanding(found, standingOf(found, host, NOW), host).replace(/ +/g, ' ');
};

describe('the standing of the cluster', () => {
  it('names the poller with its epoch, each machine, and what waits for it', () => {
    expect(shown().trimEnd().split('\n')).toEqual([
      'cluster nats://a:4222, NATS 2.9.10',
      'polls bob, epoch 57',
      'machine ada (this one): up, started 1 h ago, 1.4.0, 0 updates waiting',
      'machine bob: away, last heard of 1 min ago, 1.4.0, 3 updates waiting',
      'machine cyd: away, last heard of 1 s ago, 1.4.0',
    ]);
  });

  it('does not take this machine for one that is up because it asks', () => {
    expect(shown({}, 'bob')).toContain('bob (this one): away');
    expect(shown({}, 'dan')).toContain('dan (this one): has never joined');
  });

  it('says that nobody polls once the lease was not renewed, was given up, or was never taken', () => {
    expect(shown({ lease: lease('bob', NOW - 10_001) })).toContain('nobody: bob did');
    expect(shown({ lease: lease('bob', NOW, 'free') })).toContain('nobody: bob stopped');
    expect(shown({ lease: null })).toContain('nobody yet');
    expect(shown({ lease: { key: 'poller', value: 'rubbish', revision: 1, at: NOW } })).toContain(
      'nobody yet',
    );
  });

  it('says how to remove a machine that is away for more than a day, unless it is this one', () => {
    const day = 24 * 3_600_000;
    const hint = 'ccbot cluster forget bob';
    expect(shown({ machines: [machine('bob', NOW - day - 1_000)] })).toContain(hint);
    expect(shown({ machines: [machine('bob', NOW - day + 1_000)] })).not.toContain(hint);
    expect(shown({ machines: [machine('bob', NOW - day - 1_000)] }, 'bob')).not.toContain('forget');
  });

  it('counts by the clock of the server, however wrong the one of this machine is', () => {
    const ahead = 3_600_000;
    const found = survey({ clockAheadMs: ahead });
    const late = standingOf(found, 'ada', NOW - ahead);
    expect(renderStanding(found, late, 'ada').replace(/ +/g, ' ')).toBe(shown());
  });

  it('is the same for scripts', () => {
    const found = survey();
    expect(standingAsData(found, standingOf(found, 'ada', NOW), 'ada')).toMatchObject({
      clustered: true,
      host: 'ada',
      poller: 'bob',
      epoch: 57,
      machines: [
        { host: 'ada', self: true, away: false, waiting: 0 },
        { host: 'bob', self: false, away: true, waiting: 3 },
        { host: 'cyd', away: true, waiting: null },
      ],
    });
  });
});
