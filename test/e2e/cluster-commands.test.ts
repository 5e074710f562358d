import { prepareMachines, type Machine, type Machines } from './harness/machines';
import { runProgram } from './harness/run-program';
import { until } from './harness/until';

let cluster: Machines;
afterEach(async () => {
  await cluster.stop();
});

const ccbot = (machine: Machine, ...args: string[]) =>
  runProgram({ ...cluster.system, env: machine.env }, cluster.system.programs.supervisor, ...args);

interface StatusData {
  poller: string | null;
  epoch: number;
  machines: { host: string; self: boolean; away: boolean; waiting: number | null }[];
}
const dataOf = async (machine: Machine): Promise<StatusData> =>
  JSON.parse((await ccbot(machine, 'cluster', 'status', '--json')).stdout) as StatusData;

describe('ccbot cluster status', () => {
  it('shows who polls and who is away, whether ccbot runs here or not', async () => {
    cluster = await prepareMachines(['ada', 'bob', 'cyd'], { isNew: true });
    const [ada, bob, cyd] = cluster.machines as [Machine, Machine, Machine];
    // Nobody has joined: nothing is created by asking.
    expect(await ccbot(cyd, 'cluster', 'status')).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(/nobody yet[^]*cyd \(this one\): has never joined/) as string,
    });
    ada.supervise();
    await cluster.pollerAfter(0);
    bob.supervise();
    await bob.joined();
    expect(await ccbot(cyd, 'cluster', 'status')).toMatchObject({ code: 0, stderr: '' });
    expect(await dataOf(cyd)).toMatchObject({
      poller: 'ada',
      epoch: cluster.epoch(),
      machines: [
        { host: 'ada', self: false, away: false, waiting: 0 },
        { host: 'bob', self: false, away: false, waiting: 0 },
      ],
    });
    await until(async () => /ada polls, epoch \d+; 0 updates/.test((await ccbot(ada, 'status')).stdout));
    await until(async () => (await ccbot(bob, 'status')).stdout.includes('bob stands by: ada polls'));
    expect((await ccbot(ada, 'metrics')).stdout).toContain('\nccbot_cluster_polls 1\n');
    await bob.stop();
    await ada.stop();
    const after = await dataOf(bob);
    expect(after.poller).toBeNull();
    expect(after.machines).toMatchObject([
      { host: 'ada', away: true },
      { host: 'bob', away: true, self: true },
    ]);
    await cluster.nats.kill();
    expect(await ccbot(ada, 'cluster', 'status', '--json')).toMatchObject({
      code: 75,
      stdout: expect.stringContaining('"CLUSTER_UNREACHABLE"') as string,
    });
  });

  it('says without a cluster that this machine works alone', async () => {
    cluster = await prepareMachines(['ada'], { settings: { CCBOT_CLUSTER_URL: '' } });
    const [ada] = cluster.machines as [Machine];
    expect(await ccbot(ada, 'cluster', 'status')).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('works alone') as string,
    });
  });
});
