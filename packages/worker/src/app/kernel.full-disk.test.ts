import { READY, KernelUnderTest } from '../fixtures/kernel';

let w: KernelUnderTest;
beforeEach(async () => {
  w = new KernelUnderTest();
  await w.open();
  await w.ready();
});
afterEach(() => w.close());

/** From now on one kind of write finds no room: a trigger needs more pages than there may be. */
function fillAt(when: string): void {
  const { db } = w.store;
  db.exec(`CREATE TABLE ballast (bytes BLOB);
    CREATE TRIGGER filling BEFORE ${when} BEGIN INSERT INTO ballast VALUES (zeroblob(400000)); END`);
  db.pragma(`max_page_count = ${Number(db.pragma('page_count')) + 40}`);
}

const makeRoom = (): void => void w.store.db.pragma('max_page_count = 1000000');

/** Resolves when somebody was refused room, as the log tells. */
const met = (text: string): Promise<void> => w.eventually(() => w.logged.some((line) => line.text === text));

/** Resolves when a write of `what` waits for room. */
const retries = (what: string): Promise<void> =>
  w.eventually(() =>
    w.logged.some(
      ({ text, meta }) =>
        text === 'disk full, retrying' && (meta as { what?: unknown } | undefined)?.what === what,
    ),
  );

const timesTyped = (text: string): number => w.typed().filter((t) => t === text).length;

describe('on a full disk', () => {
  it('types no message before it can record that, and types it when there is room', async () => {
    fillAt("UPDATE ON prompts WHEN NEW.state = 'typing'");
    w.telegram.owner.say('into a full disk');
    await retries('prompts');
    expect(timesTyped('into a full disk')).toBe(0);
    makeRoom();
    await w.eventually(() => timesTyped('into a full disk') === 1);
  });

  it('types no message again when it could not record that it was typed', async () => {
    fillAt("UPDATE ON prompts WHEN NEW.state = 'typed'");
    w.telegram.owner.say('typed once');
    await retries('prompts');
    makeRoom();
    w.panes.show(w.session, READY);
    w.telegram.owner.say('typed behind it');
    await w.eventually(() => timesTyped('typed behind it') === 1);
    expect(timesTyped('typed once')).toBe(1);
  });

  it('shows each answer once when there was no room while the transcript was read', async () => {
    fillAt('INSERT ON tails');
    w.write(w.prompted('a question'), w.answered('the answer of the full disk'), w.turnOver());
    await met('transcript unreadable');
    makeRoom();
    w.write(w.prompted('another'), w.answered('the second answer'), w.turnOver());
    await w.until(() => w.said('the second answer')[0]);
    await w.kernel.settled();
    expect(w.said('the answer of the full disk')).toHaveLength(1);
    expect(w.said('the second answer')).toHaveLength(1);
  });

  it('sets no update aside, and handles it when there is room', async () => {
    fillAt('INSERT ON parcels');
    w.telegram.owner.say('handled later');
    await met('update waits: disk full');
    makeRoom();
    await w.eventually(() => timesTyped('handled later') === 1);
    expect(w.rooms.world.updates.failedUpdates()).toEqual([]);
  });
});

describe('a file that comes in while the disk is full', () => {
  it('goes to the agent when there is room', async () => {
    fillAt('INSERT ON inbox_files');
    w.telegram.owner.upload({ name: 'notes.txt', mime: 'text/plain', bytes: Buffer.from('hello') });
    await retries('attachments');
    expect(w.typed().join()).not.toContain('notes.txt');
    makeRoom();
    await w.eventually(() => w.typed().filter((t) => t.includes('notes.txt')).length === 1);
    expect(w.said('could not be handled')).toEqual([]);
  });
});
