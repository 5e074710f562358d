import type { KernelUnderTest } from '../../fixtures/kernel';
import { openAmong, type OtherMachines } from '../../fixtures/other-machines';
import { healthReport } from './health';

let w: KernelUnderTest;
let others: OtherMachines;
beforeEach(async () => {
  [w, others] = await openAmong('ada', 'gpu', 'lap');
});
afterEach(() => w.close());

const health = async (): Promise<string> => {
  w.telegram.owner.say('/health');
  return (await w.until(() => w.said('messages waiting to be sent')[0])).text;
};

it('shows how every machine is doing, which one polls, and since when one is away', async () => {
  others.reports.set('health', {
    gpu: { memory: 98_000_000, updates: 2, oldestAt: w.now() - 61_000, sessions: 3, toSend: 4, later: 1 },
  });
  others.goesAway('lap', w.now() - 60_000);
  const text = await health();
  expect(text).toMatch(/^ada \(fetches the messages\)\n/);
  expect(text).toMatch(
    /gpu\n[^]*ccbot 1\.0\.0, running for [^]*memory: 93 MB\n[^]*updates waiting: 2, the oldest for 1m 0\ds/,
  );
  expect(text).toMatch(/sessions: 3\n[^]*messages waiting to be sent: 4/);
  expect(text).toMatch(/lap is away, last seen/);
});

it('shows what it knows of a machine that has not reported, or reports what it cannot read', async () => {
  others.reports.set('health', { gpu: { memory: 'much' } });
  const text = await health();
  expect(text).toMatch(/gpu\n[^]*ccbot 1\.0\.0/);
  expect(text.match(/memory/g)).toBeNull();
});

it('tells the other machines what they can read', () => {
  const report = healthReport.parse(JSON.parse(JSON.stringify(others.shared.get('health')?.())));
  expect(report).toMatchObject({ sessions: 0, toSend: 0 });
});

it('shows no machine while there is one', async () => {
  others.machines.splice(1);
  expect(await health()).not.toContain('ada');
});
