import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import type { KernelUnderTest } from '../../fixtures/kernel';
import { openAmong, sharedSession } from '../../fixtures/other-machines';

let w: KernelUnderTest;
beforeEach(async () => {
  [w] = await openAmong('ada', 'gpu', 'lap');
});
afterEach(() => w.close());

const labels = (message: ChatMessage): string[] => message.keyboard.flat().map(({ text }) => text);
const chosen = (): string | undefined => w.rooms.world.cluster?.view.defaultHost(7);
const say = (text: string): number => w.telegram.owner.say(text);

it('shows every machine with its sessions, and since when one is away', async () => {
  w.others?.sessions.push(sharedSession('gpu', 'train'), sharedSession('gpu', 'old', { live: false }));
  w.others?.goesAway('lap', w.now() - 3_600_000);
  say('/host');
  const list = await w.until(() => w.said('Machines')[0]);
  expect(list.text).toMatch(/ada: 0 sessions/);
  expect(list.text).toMatch(/gpu: 1 session\n/);
  expect(list.text).toMatch(/lap is away, last seen (yesterday )?at \d\d:\d\d/);
  // Below them is the session that the chat may choose.
  expect(labels(list)).toEqual(['ada', 'gpu', 'lap · away', 'train · gpu']);
});

it('sets the chat’s machine by a tap, and has none again by another', async () => {
  say('/host');
  const { id } = await w.until(() => w.said('Machines')[0]);
  w.telegram.owner.tap('gpu', id);
  const list = await w.until(() => w.said('Starts your sessions')[0]);
  expect([list.id, chosen()]).toEqual([id, 'gpu']);
  expect(labels(list)).toEqual(['ada', '● gpu', 'lap', 'Ask each time']);
  w.telegram.owner.tap('Ask each time', id);
  await w.until(() => w.said('I ask you each time')[0]);
  expect(chosen()).toBeUndefined();
});

it('sets it by name, in any case, and says which exist for an unknown one', async () => {
  say('/host GPU');
  await w.until(() => w.said('now start on gpu')[0]);
  expect(chosen()).toBe('gpu');
  say('/host mars; rm -rf *');
  const answer = await w.until(() => w.said('No machine is called')[0]);
  expect(answer.text).toContain('Choose one of ada, gpu, lap.');
  expect(chosen()).toBe('gpu');
  w.others?.goesAway('lap', w.now());
  say('/host lap');
  await w.until(() => w.said('lap is away')[0]);
  expect(chosen()).toBe('lap');
});

it('does not set a machine that has left since the list was shown', async () => {
  say('/host');
  const { id } = await w.until(() => w.said('Machines')[0]);
  w.others?.machines.pop();
  w.telegram.owner.tap('lap', id);
  await w.eventually(() => w.telegram.calls.some(({ method }) => method === 'answerCallbackQuery'));
  expect(chosen()).toBeUndefined();
});
