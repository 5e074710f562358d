import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import type { KernelUnderTest } from '../../fixtures/kernel';
import { openAmong } from '../../fixtures/other-machines';

let w: KernelUnderTest;
beforeEach(async () => {
  [w] = await openAmong('ada', 'gpu', 'lap');
});
afterEach(() => w.close());

const say = (text: string): number => w.telegram.owner.say(text);
const question = (): ChatMessage | undefined => w.said('on which machine')[0];
const labels = (message: ChatMessage): string[] => message.keyboard.flat().map(({ text }) => text);
const openedNames = (): string[] => w.panes.opened.map(({ name }) => name);
/** What all machines share of the question. */
const asked = (): string | undefined => w.rooms.settings.get('chat:7', 'new-asked');

it('asks on which machine a session should start, and starts there what was asked for', async () => {
  say(`/new demo ${w.project}`);
  const { id } = await w.until(question);
  expect(openedNames()).toEqual([]);
  w.telegram.owner.tap('🖥 ada', id);
  await w.eventually(() => openedNames().includes('demo'));
  await w.until(() => w.said('demo · ada')[0]);
  await w.until(() => question() === undefined);
  expect(asked()).toBe('');
});

it('opens the folders of the machine that is chosen, and names it', async () => {
  say('/new');
  w.telegram.owner.tap('🖥 ada', (await w.until(question)).id);
  await w.until(() => w.said('It starts on ada')[0]);
});

it('offers no machine that is away, and says since when it is', async () => {
  w.others?.goesAway('lap', w.now() - 60_000);
  say('/new demo');
  const message = await w.until(question);
  expect(message.text).toMatch(/lap is away, last seen/);
  expect(labels(message)).toEqual(['🖥 ada', '🖥 gpu']);
});

it('does not ask for a machine that is named, or is the chat’s own, but if that one is away', async () => {
  say(`/new ada:one ${w.project}`);
  await w.eventually(() => openedNames().includes('one'));
  say('/host ada');
  say(`/new two ${w.project}`);
  await w.eventually(() => openedNames().includes('two'));
  expect(question()).toBeUndefined();
  say('/host lap');
  w.others?.goesAway('lap', w.now());
  say('/new three');
  await w.until(question);
  expect(openedNames()).toEqual(['one', 'two']);
});

it('starts on the only machine that is there without asking', async () => {
  w.others?.goesAway('lap', w.now());
  w.others?.goesAway('gpu', w.now());
  say(`/new demo ${w.project}`);
  await w.eventually(() => openedNames().includes('demo'));
  expect(question()).toBeUndefined();
});

it('says which machines exist when one is named that does not', async () => {
  say('/new mars:demo ~/x');
  const answer = await w.until(() => w.said('No machine is called mars')[0]);
  expect(answer.text).toContain('ada, gpu, lap');
});

it('removes the question when it was answered on another machine, and takes no tap of an earlier one', async () => {
  say('/new demo');
  const first = await w.until(question);
  say('/new other');
  const second = await w.until(() => w.said('on which machine').find(({ id }) => id !== first.id));
  await w.until(() => !w.said('on which machine').some(({ id }) => id === first.id));
  // As when the session was started elsewhere.
  w.rooms.settings.set('chat:7', 'new-asked', '');
  w.others?.changed();
  await w.until(() => !w.said('on which machine').some(({ id }) => id === second.id));
  expect(openedNames()).toEqual([]);
});

it.each(['', '{', '{"nonce":1}', JSON.stringify({ nonce: 'x', id: 'y', fields: { path: 5 } })])(
  'starts nothing for a question that cannot be read: %j',
  async (stored) => {
    say('/new demo');
    const { id } = await w.until(question);
    w.rooms.settings.set('chat:7', 'new-asked', stored);
    w.telegram.owner.tap('🖥 ada', id);
    await w.eventually(() => w.telegram.calls.some(({ method }) => method === 'answerCallbackQuery'));
    expect(openedNames()).toEqual([]);
  },
);

it('asks again after a restart of the worker with the same message', async () => {
  say(`/new demo ${w.project}`);
  const { id } = await w.until(question);
  await w.stop();
  await w.start();
  w.telegram.owner.tap('🖥 ada', id);
  await w.eventually(() => openedNames().includes('demo'));
});

it('asks nothing while there is one machine', async () => {
  w.others?.machines.splice(1);
  say(`/new gpu:demo ${w.project}`);
  await w.eventually(() => openedNames().includes('gpu-demo'));
  await w.until(() => w.said('gpu-demo')[0]);
  expect(w.said(' · ada')).toEqual([]);
});
