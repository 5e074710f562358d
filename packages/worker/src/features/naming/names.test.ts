import { READY, KernelUnderTest } from '../../fixtures/kernel';

let w: KernelUnderTest;
const open = async (settings: Record<string, string> = {}): Promise<void> => {
  w = new KernelUnderTest(settings);
  await w.open();
};
afterEach(() => w.close());

const name = (): string | undefined => w.rooms.sessions.get(w.session)?.name;
const about = (): string | undefined => w.rooms.sessions.get(w.session)?.about;
/** Opens a session and lets its agent take a first prompt. */
async function begin(command: string, prompt: string): Promise<void> {
  w.telegram.owner.say(command);
  await w.eventually(() => w.panes.opened.length > 0);
  await w.eventually(() => w.panes.isWatched(w.session));
  w.panes.show(w.session, READY);
  await w.hook('SessionStart', { source: 'startup' });
  await w.eventually(() => w.rooms.sessions.get(w.session)?.phase === 'ready');
  w.write(w.prompted(prompt));
}

it('names a session after its directory, then by its first words, then as the user says', async () => {
  await open();
  await begin(`/new ${w.project}`, 'fix the failing test');
  await w.eventually(() => name() === 'fix-the-failing-test');
  w.write(w.answered('done'), w.turnOver(), w.prompted('and now something else'));
  w.telegram.owner.say('/rename shop');
  await w.eventually(() => name() === 'shop');
});

it('keeps the name that a session was started with', async () => {
  await open();
  await begin(`/new mine ${w.project}`, 'fix the failing test');
  await w.eventually(() => about() === 'fix the failing test');
  expect(name()).toBe('mine');
});

it('takes the name that the configured command prints, or the first words if it prints none', async () => {
  await open({ CCBOT_NAME_COMMAND: 'echo cart fix' });
  await begin(`/new ${w.project}`, 'repair the cart');
  await w.eventually(() => name() === 'cart-fix');
  await w.close();
  await open({ CCBOT_NAME_COMMAND: 'false' });
  await begin(`/new ${w.project}`, 'repair the cart');
  await w.eventually(() => name() === 'repair-the-cart');
});

it('names a session at the next start after a kill -9 interrupted it', async () => {
  await open({ CCBOT_NAME_COMMAND: 'sleep 1000' });
  await begin(`/new ${w.project}`, 'fix the failing test');
  await w.eventually(() => about() !== undefined);
  expect(name()).toBe('project');
  await w.stop();
  w.set({ CCBOT_NAME_COMMAND: '' });
  await w.start();
  await w.eventually(() => name() === 'fix-the-failing-test');
});
