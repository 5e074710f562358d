import type { KernelUnderTest } from '../../fixtures/kernel';
import { openAmong, sharedSession, type OtherMachines } from '../../fixtures/other-machines';
import { shareKept } from './share-kept';

let w: KernelUnderTest;
let others: OtherMachines;
beforeEach(async () => {
  [w, others] = await openAmong('ada', 'gpu');
});
afterEach(() => w.close());

const look = (): void => shareKept(others.clusterOver(w.store).view, w.rooms).look();
const left = (host: string): string | undefined => w.rooms.settings.get('chat:7', `kept-for:${host}`);
/** As machine gpu would leave messages for a session here. */
const leave = (value: unknown): void =>
  w.rooms.settings.set('chat:7', 'kept-for:gpu', typeof value === 'string' ? value : JSON.stringify(value));

it('asks on which machine a message should get a session, and passes it on to the one that has it', async () => {
  w.telegram.owner.say('build it');
  const question = await w.until(() => w.said('on which machine')[0]);
  expect(question.text).toMatch(/^Your message is kept/);
  look();
  expect(left('ada')).toBeUndefined();
  others.sessions.push(sharedSession('gpu', 'train'));
  w.rooms.active.set(7, 'gpu-train');
  look();
  await w.until(() => w.said('Your message goes to train · gpu')[0]);
  expect(left('ada')).toMatch(/"session":"gpu-train".*build it/);
  expect(w.rooms.kept.of(7)).toBeUndefined();
  await w.until(() => w.said('on which machine').length === 0);
});

it('keeps what it has until the earlier messages were taken, and while the session is not live', async () => {
  w.telegram.owner.say('build it');
  await w.until(() => w.said('on which machine')[0]);
  others.sessions.push(sharedSession('gpu', 'train', { live: false }));
  w.rooms.active.set(7, 'gpu-train');
  look();
  expect(w.rooms.kept.of(7)?.count).toBe(1);
  others.sessions[0] = sharedSession('gpu', 'train');
  w.rooms.settings.set('chat:7', 'kept-for:ada', 'earlier');
  look();
  expect(w.rooms.kept.of(7)?.count).toBe(1);
});

it('types what another machine kept for a session here, once, and in its order', async () => {
  w.rooms.world.cluster?.view.setDefaultHost(7, 'ada');
  await w.ready();
  const body = (text: string): string =>
    JSON.stringify({ messageId: 5, parts: [{ messageId: 5, at: w.now(), text, own: true }] });
  const row = {
    v: 1,
    session: w.session,
    messages: [
      { id: 900_001, body: body('first') },
      { id: 900_002, body: '{"messageId":"x"}' },
      { id: 900_003, body: body('second') },
    ],
  };
  leave(row);
  look();
  expect(left('gpu')).toBe('');
  // As after a crash before it was removed.
  leave(row);
  look();
  await w.eventually(() => w.typed().length > 0);
  expect(w.typed()[0]).toContain('first');
  const queued = w.rooms.prompts.queue.ofSession(w.session, ['waiting', 'typing', 'typed']);
  expect(queued.map(({ id }) => id)).toEqual([900_001, 900_003]);
  expect(w.logged.map(({ text }) => text)).toContain('kept message of another machine unreadable');
});

it.each(['{', '{"v":2}', '{"v":1,"session":"nobody","messages":[]}', JSON.stringify({ v: 1, messages: 5 })])(
  'takes nothing of what is not for a session here: %s',
  (value) => {
    leave(value);
    look();
    expect(left('gpu')).toBe(value);
    expect(w.typed()).toEqual([]);
  },
);
