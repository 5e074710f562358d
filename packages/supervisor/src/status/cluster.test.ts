import type { Beat, ClusterReport } from '@ccbot/shared/protocol/messages';
import { Play, policy } from '../fixtures/play';
import { familiesOf } from '../metrics/families';
import { renderStatus } from './render';
import { report, reportOf, type Report } from './report';

const part: ClusterReport = {
  host: 'ada',
  standby: true,
  leaseUntil: null,
  poller: 'bob',
  epoch: null,
  lag: 1,
  joined: true,
};
const self = {
  pid: 1,
  version: '1',
  since: new Date(0).toISOString(),
  host: 'h',
  ccbotDir: '/d',
  rssBytes: 1,
};

/** The report of a supervisor whose worker says this of the cluster. */
function reportWith(cluster?: Partial<ClusterReport>, trouble: Beat['trouble'] = null): Report {
  const play = new Play().up();
  const parts = cluster === undefined ? {} : { cluster: { ...part, ...cluster } };
  play.say({ ...play.beat(), ...parts, trouble });
  const at = { wall: 1_000_000, at: play.at };
  // As it reaches `ccbot status`.
  return report.parse(JSON.parse(JSON.stringify(reportOf(policy, play.state, self, at))));
}

const rowsOf = (cluster?: Partial<ClusterReport>): string[] =>
  renderStatus({ is: 'supervised', report: reportWith(cluster) }, 1_000_000)
    .split('\n')
    .filter((line) => /^(cluster|last poll)/.test(line))
    .map((line) => line.replace(/ +/g, ' '));

const metricsOf = (cluster?: Partial<ClusterReport>): Record<string, number | undefined> =>
  Object.fromEntries(
    familiesOf(reportWith(cluster))
      .filter(({ name }) => name.startsWith('ccbot_cluster_'))
      .map(({ name, samples }) => [name, samples[0]?.value]),
  );

describe('ccbot status of a machine that shares its bot', () => {
  it('says that it polls, with the epoch and what waits for it', () => {
    const polling = { standby: false, poller: 'ada', epoch: 57, lag: 0, leaseUntil: 1 };
    expect(rowsOf(polling)[0]).toBe('cluster ada polls, epoch 57; 0 updates waiting on the cluster');
    expect(metricsOf(polling)).toEqual({
      ccbot_cluster_joined: 1,
      ccbot_cluster_polls: 1,
      ccbot_cluster_epoch: 57,
      ccbot_cluster_lag: 0,
    });
  });

  it('says who polls while it stands by, and names no poll of its own', () => {
    expect(rowsOf({})).toEqual([
      'cluster ada stands by: bob polls; 1 update waiting on the cluster',
      'last poll none: it stands by',
    ]);
    expect(metricsOf({})).toEqual({ ccbot_cluster_joined: 1, ccbot_cluster_polls: 0, ccbot_cluster_lag: 1 });
  });

  it('does not claim that somebody polls while nobody does', () => {
    expect(rowsOf({ poller: null })[0]).toContain('no machine polls yet');
    expect(rowsOf({ joined: false })).toEqual(['cluster ada is joining', 'last poll none: it may not poll']);
  });

  it('says since when and why it takes no part, and what to do, once', () => {
    const trouble = {
      code: 'CLUSTER_UNREACHABLE',
      what: 'Cannot reach it.',
      todo: 'Start it.',
      since: 940_000,
    };
    const text = renderStatus(
      { is: 'supervised', report: reportWith({ joined: false }, trouble) },
      1_000_000,
    );
    expect(text).toMatch(/^ccbot +running \(cut off from the cluster\)$/m);
    expect(text).toMatch(/^cluster +ada has taken no part for 1 min: Cannot reach it\.\n +→ Start it\.$/m);
    expect(text).not.toMatch(/^polling/m);
    expect(text.split('Cannot reach it')).toHaveLength(2);
  });

  it('promises no poll of a worker that said that it stands by, before its first beat', () => {
    const play = new Play().up({ standby: true });
    const at = { wall: 1_000_000, at: play.at };
    const { worker } = reportOf(policy, play.state, self, at);
    expect(worker).toMatchObject({ standby: true, lastPollAt: null });
  });

  it('says nothing of it without a cluster', () => {
    expect(rowsOf()).toEqual([expect.stringMatching(/^last poll \d+ s ago$/)]);
    expect(metricsOf()).toEqual({});
  });
});
