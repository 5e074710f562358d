import type { ClusterSettings } from '@ccbot/shared/cluster/settings';
import type { Check } from '@ccbot/shared/doctor/check';
import type { Survey } from '../cluster/survey/survey';
import { checksOf } from './cluster';

const settings = (more: Partial<ClusterSettings> = {}): ClusterSettings => ({
  servers: ['tls://a:4222'],
  host: 'ada',
  credentials: { kind: 'password', user: 'u', password: 'p' },
  ca: null,
  replicas: 1,
  isInsecureAllowed: false,
  ...more,
});
const survey = (more: Partial<Survey> = {}): Survey => ({
  url: 'nats://a:4222',
  server: { version: '2.9.10', asksForCredentials: true, isClustered: false, roundTripMs: 1 },
  clockAheadMs: 3,
  objects: [{ name: 'a', replicas: 1 }],
  missing: [],
  lease: null,
  epoch: null,
  machines: [],
  waiting: new Map(),
  ...more,
});
const machine = (id: string, ageMs: number, state = 'up') => ({
  key: 'machine.ada',
  value: JSON.stringify({ schema: 1, id, instance: 'i', version: '1', startedAt: 0, state }),
  revision: 1,
  at: Date.now() - ageMs,
});

/** The one check that is not ok. */
const found = (found: Survey, more: Partial<ClusterSettings> = {}): Check | undefined =>
  checksOf(settings(more), found, 'mine').find(({ verdict }) => verdict !== 'ok');

describe('the checks of a cluster', () => {
  it('find nothing when all is well, for a cluster that is set up and for a new one', () => {
    expect(found(survey())).toBeUndefined();
    expect(found(survey({ objects: [], missing: ['a'] }))).toBeUndefined();
  });

  it('warn of a network on which others read what goes to the server', () => {
    const plain = { servers: ['nats://127.0.0.1', 'nats://a:4222'] };
    expect(found(survey(), plain)).toMatchObject({
      id: 'cluster-auth',
      verdict: 'warn',
      detail: expect.stringContaining('nats://a:4222 is not encrypted') as string,
    });
    expect(found(survey(), { ...plain, ca: 'PEM' })).toBeUndefined();
    expect(found(survey(), { servers: ['nats://[::1]:4222'] })).toBeUndefined();
  });

  it.each([
    [60_000, 'warn', '1 min ahead of'],
    [-60_000, 'warn', '1 min behind'],
    [null, 'skipped', 'once a machine has joined'],
  ] as const)('tell of a clock that is %p ms ahead', (clockAheadMs, verdict, detail) => {
    expect(found(survey({ clockAheadMs }))).toMatchObject({
      id: 'cluster-clock',
      verdict,
      detail: expect.stringContaining(detail) as string,
    });
  });

  it('refuse a name only while another machine is up under it', () => {
    expect(found(survey({ machines: [machine('theirs', 1_000)] }))).toMatchObject({
      id: 'cluster-host',
      verdict: 'bad',
    });
    expect(found(survey({ machines: [machine('mine', 1_000)] }))).toBeUndefined();
    expect(found(survey({ machines: [machine('theirs', 60_000)] }))).toBeUndefined();
    expect(found(survey({ machines: [machine('theirs', 1_000, 'stopped')] }))).toBeUndefined();
  });

  it('tell of copies that the server does not keep', () => {
    expect(found(survey(), { replicas: 3 })).toMatchObject({ id: 'cluster-data', verdict: 'warn' });
    expect(found(survey({ objects: [], missing: ['a'] }), { replicas: 3 })).toMatchObject({ verdict: 'bad' });
  });

  it('tell of credentials that nobody asks for', () => {
    const server = { ...survey().server, asksForCredentials: false };
    expect(found(survey({ server }))).toMatchObject({ id: 'cluster-auth', verdict: 'warn' });
    expect(found(survey({ server }), { credentials: { kind: 'none' } })).toBeUndefined();
  });
});
