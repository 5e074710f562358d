import { REPEAT_MARK, openRig, want, type Rig } from './fixtures/rig';

let rig: Rig;
beforeEach(async () => (rig = await openRig()));
afterEach(() => rig.close());

/** From now on the disk has no room at one kind of write: the trigger needs pages, and no more pages are allowed. */
function fillAt(when: string): void {
  const { db } = rig.store;
  db.exec(`CREATE TABLE ballast (bytes BLOB);
    CREATE TRIGGER filling BEFORE ${when} BEGIN INSERT INTO ballast VALUES (zeroblob(100000)); END`);
  db.exec('VACUUM');
  db.pragma(`max_page_count = ${String(db.pragma('page_count'))}`);
}

/** There is room again. */
const makeRoom = (): void => void rig.store.db.pragma('max_page_count = 1000000');

/** Resolves when the outbox has met the full disk so often. */
async function met(times: number): Promise<void> {
  while (rig.logged.filter((line) => line.includes('disk full, retrying')).length < times)
    await new Promise((resolve) => setImmediate(resolve));
}

describe('the outbox on a full disk', () => {
  it('sends nothing that it cannot record first, and continues by itself when there is room', async () => {
    rig.outbox.put(want('a', 'answer', 'an answer'));
    rig.outbox.put(want('b', 'answer', 'another'));
    fillAt('INSERT ON posted WHEN NEW.message IS NULL');
    rig.outbox.start();
    await met(3);
    expect(rig.calls('sendMessage')).toBe(0);
    expect(rig.outbox.depth()).toBe(2);
    makeRoom();
    await rig.flush();
    expect(rig.texts()).toEqual(['an answer', 'another']);
  });

  it('does not repeat an answer because it could not record that it was sent', async () => {
    rig.outbox.put(want('a', 'answer', 'an answer'));
    rig.outbox.put(want('b', 'answer', 'another'));
    fillAt('INSERT ON posted WHEN NEW.message IS NOT NULL');
    rig.outbox.start();
    await met(3);
    expect(rig.texts()).toEqual(['an answer']);
    makeRoom();
    await rig.flush();
    expect(rig.texts()).toEqual(['an answer', 'another']);
    expect(rig.calls('sendMessage')).toBe(2);
  });

  it('marks no answer as repeated that Telegram had refused while the disk was full', async () => {
    rig.telegram.fault({ method: 'sendMessage', kind: '429', retryAfter: 1, times: 1 });
    rig.outbox.put(want('a', 'answer', 'an answer'));
    fillAt('DELETE ON posted');
    rig.outbox.start();
    await met(3);
    makeRoom();
    await rig.flush();
    expect(rig.texts()).toEqual(['an answer']);
    expect(rig.texts().join()).not.toContain(REPEAT_MARK);
  });

  it('throws when a view cannot be stored', () => {
    fillAt('INSERT ON wishes');
    expect(() => rig.store.tx(() => rig.outbox.put(want('a', 'answer', 'an answer')))).toThrow('full');
    expect(rig.outbox.depth()).toBe(0);
  });
});
