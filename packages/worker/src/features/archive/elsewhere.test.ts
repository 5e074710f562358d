import type { KernelUnderTest } from '../../fixtures/kernel';
import { openAmong, sharedSession, type OtherMachines } from '../../fixtures/other-machines';

let w: KernelUnderTest;
let others: OtherMachines;
beforeEach(async () => {
  [w, others] = await openAmong('ada', 'gpu', 'lap');
});
afterEach(() => w.close());

it('lists what ended on all machines, the last first, also of those that say little or are away', async () => {
  const at = w.now();
  others.sessions.push(
    sharedSession('gpu', 'train', {
      live: false,
      about: 'train it',
      ended: { at: at - 60_000, why: 'killed' },
    }),
    sharedSession('lap', 'notes', { live: false, ended: { at: at - 1_000, why: 'exploded' } }),
    sharedSession('gpu', 'earlier', { live: false }),
    sharedSession('gpu', 'live'),
  );
  others.goesAway('lap', at);
  w.telegram.owner.say('/archive');
  const { text, keyboard } = await w.until(() => w.said('Archive')[0]);
  const rows = text.split('\n').filter((line) => /^\d/.test(line));
  expect(rows).toHaveLength(3);
  expect(rows[0]).toMatch(/^1\. notes · lap · its agent exited, .* · away$/);
  expect(rows[1]).toMatch(/^2\. train · gpu train it · ended by you, 1m/);
  expect(rows[2]).toMatch(/^3\. earlier · gpu · its agent exited/);
  const [first] = keyboard.flat();
  expect(first?.callback_data).toBe('past:lap-notes');
});

it('is empty when nothing has ended anywhere', async () => {
  others.sessions.push(sharedSession('gpu', 'live'));
  w.telegram.owner.say('/archive');
  await w.until(() => w.said('The archive is empty')[0]);
});
