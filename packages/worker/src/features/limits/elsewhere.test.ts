import type { KernelUnderTest } from '../../fixtures/kernel';
import { openAmong, sharedSession, type OtherMachines } from '../../fixtures/other-machines';
import { allLimits, usageReport, type LimitOfAgent } from './elsewhere';

const limit = (
  agent: string,
  usedPercent: number,
  more: Partial<LimitOfAgent['limit']> = {},
): LimitOfAgent => ({
  agent,
  limit: { window: 'week', usedPercent, at: 1, resetsAt: 1_000_000_000, ...more },
});

describe('the limits of several machines', () => {
  it('show an account once, as it was reported last', () => {
    const own = [limit('claude', 10)];
    const newer = { ...limit('claude', 30, { at: 2, resetsAt: 1_000_060_000 }), host: 'gpu' };
    expect(allLimits(own, [newer])).toEqual([{ agent: 'claude', limit: newer.limit }]);
    expect(allLimits(own, [{ ...limit('claude', 5, { at: 0 }), host: 'gpu' }])).toEqual(own);
  });

  it('show another account, window or agent beside it, with its machine', () => {
    const own = [limit('claude', 10)];
    const others = [
      { ...limit('claude', 20, { resetsAt: 2_000_000_000 }), host: 'gpu' },
      { ...limit('claude', 20, { window: '5h' }), host: 'gpu' },
      { ...limit('codex', 20), host: 'gpu' },
    ];
    expect(allLimits(own, others)).toEqual([...own, ...others]);
  });
});

describe('/usage', () => {
  let w: KernelUnderTest;
  let others: OtherMachines;
  beforeEach(async () => {
    [w, others] = await openAmong('ada', 'gpu', 'lap');
    w.rooms.world.cluster?.view.setDefaultHost(7, 'ada');
  });
  afterEach(() => w.close());

  it('shows what the sessions of all machines use, and what their accounts have left', async () => {
    await w.opened();
    others.sessions.push(sharedSession('gpu', 'train'), sharedSession('lap', 'notes'));
    others.goesAway('lap', w.now());
    others.reports.set('usage', {
      gpu: {
        sessions: [{ id: 'gpu-train', figures: { contextPercent: 43, model: 'Opus', later: true } }],
        limits: [{ agent: 'codex', limit: { window: 'week', usedPercent: 71.6, at: w.now() } }],
      },
      lap: { sessions: 'garbage' },
    });
    w.telegram.owner.say('/usage');
    const { text } = await w.until(() => w.said('train · gpu')[0]);
    expect(text).toMatch(/demo · ada: /);
    expect(text).toMatch(/train · gpu: ctx 43\s?% · Opus/);
    expect(text).toMatch(/notes · lap: /);
    expect(text).toMatch(/Codex · gpu[\s\S]*72\s?%/);
    expect(text).toMatch(/lap is away/);
  });

  it('is told to the other machines', async () => {
    await w.opened();
    const report = usageReport.parse(JSON.parse(JSON.stringify(others.shared.get('usage')?.())));
    expect(report).toEqual({ sessions: [{ id: w.session }], limits: [] });
  });
});
