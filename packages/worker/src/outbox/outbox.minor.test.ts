import type { QueuedView } from './model';
import { openRig, want, type Rig } from './fixtures/rig';

const LAG_MS = 15_000;

let rig: Rig;
let now: number;
beforeEach(async () => {
  now = 1_000_000;
  rig = await openRig({ now: () => now, policy: { cardLagMs: () => LAG_MS } });
  rig.outbox.start();
});
afterEach(() => rig.close());

const minor = (text: string): QueuedView => ({ ...want('card', 'card', text), minor: true });
const shown = async (queued: QueuedView): Promise<void> => {
  rig.outbox.put(queued);
  expect(await rig.outbox.flush(10_000)).toBe(true);
};

describe('a minor state of a card', () => {
  it('is shown when nothing else waits, and does not delay the next line', async () => {
    await shown(want('card', 'card', 'one'));
    now += LAG_MS;
    await shown(minor('one, a minute later'));
    await shown(want('card', 'card', 'two'));
    expect(rig.texts()).toEqual(['two']);
    expect(rig.calls('editMessageText')).toBe(2);
  });

  it('lets everything else pass while it waits, and is replaced by the next line', async () => {
    await shown(want('card', 'card', 'one'));
    rig.outbox.put(minor('one, a moment later'));
    rig.outbox.put(want('answer', 'answer', 'an answer'));
    await rig.telegram.waitFor(() => rig.texts().includes('an answer'));
    expect(rig.texts()).toEqual(['one', 'an answer']);
    now += LAG_MS;
    await shown(want('card', 'card', 'two'));
    expect(rig.texts()).toEqual(['two', 'an answer']);
    expect(rig.calls('editMessageText')).toBe(1);
  });
});
