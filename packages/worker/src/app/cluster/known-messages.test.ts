import { openAmong } from '../../fixtures/other-machines';
import type { KernelUnderTest } from '../../fixtures/kernel';
import { knownMessages } from './known-messages';

let w: KernelUnderTest;
beforeEach(async () => {
  [w] = await openAmong('ada', 'gpu');
  w.rooms.world.cluster?.view.setDefaultHost(7, 'ada');
  await w.ready();
});
afterEach(() => w.close());

it('knows what the bot has sent and what the user has written to a session, the newest of both', async () => {
  const written = w.telegram.owner.say('build it');
  await w.eventually(() => w.typed().length > 0);
  const sent = w.telegram.owner.fromBot().map(({ id }) => id);
  const known = (most: number): number[] => knownMessages(w.rooms, most).map(({ message }) => message);
  await w.eventually(() => sent.every((id) => known(100).includes(id)));
  expect(known(100)).toContain(written);
  expect(new Set(knownMessages(w.rooms, 100).map(({ chatId }) => chatId))).toEqual(new Set([7]));
  expect(known(1)).toEqual(known(100).slice(0, 1));
  expect(known(0)).toEqual([]);
});
