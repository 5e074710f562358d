import { join } from 'node:path';
import { READY, KernelUnderTest } from '../fixtures/kernel';

let w: KernelUnderTest;
beforeEach(async () => {
  w = new KernelUnderTest();
  await w.open();
});
afterEach(() => w.close());

/** Opens a session with a transcript of its own; resolves with its id. */
async function opened(name: string): Promise<string> {
  const before = w.panes.opened.length;
  w.telegram.owner.say(`/new ${name}`);
  await w.eventually(() => w.panes.opened.length > before);
  const id = w.session;
  await w.eventually(() => w.panes.isWatched(id));
  w.panes.show(id, READY);
  w.transcript = join(w.dir, `${name}.jsonl`);
  await w.hook('SessionStart', { source: 'startup', session_id: `agent-${name}` }, id);
  await w.eventually(() => w.rooms.sessions.get(id)?.phase === 'ready');
  return id;
}

/** The texts of the buttons that choose a session, by the message they hang on. */
const switchers = (): string[][] =>
  w.telegram.owner
    .fromBot()
    .map((m) => m.keyboard.flat().filter((b) => b.callback_data?.startsWith('go:') === true))
    .filter((buttons) => buttons.length > 0)
    .map((buttons) => buttons.map((b) => b.text));

it('shows the switcher on the newest message only, once there are two sessions, and marks the active one', async () => {
  await opened('alpha');
  w.telegram.owner.say('/health');
  await w.until(() => w.said('sessions: 1')[0]);
  expect(switchers()).toEqual([]);

  await opened('beta');
  await w.until(() => JSON.stringify(switchers()) === '[["alpha","● beta"]]');

  w.telegram.owner.say('/health');
  const newest = await w.until(() => w.said('sessions: 2')[0]);
  await w.until(() => newest.keyboard.length > 0 && switchers().length === 1);
  expect(switchers()).toEqual([['alpha', '● beta']]);

  w.telegram.owner.tap('alpha');
  await w.until(() => JSON.stringify(switchers()) === '[["● alpha","beta"]]');
});

it('removes an ended session from the switcher, and the switcher when one session is left', async () => {
  const alpha = await opened('alpha');
  await opened('beta');
  await w.until(() => switchers().length === 1);
  w.rooms.sessions.dispatch(alpha, [{ type: 'killed', at: Date.now() }]);
  await w.until(() => w.said('was ended')[0] && switchers().length === 0);
});

it('types a reply to a message of another session into that session, and keeps the active one', async () => {
  const alpha = await opened('alpha');
  w.telegram.owner.say('count to three');
  await w.eventually(() => w.typed().length === 1);
  const own = w.telegram.owner.chat().find((m) => m.text === 'count to three')?.id ?? 0;
  w.write(w.prompted('count to three'), w.answered('one two three'), w.turnOver());
  const answer = await w.until(() => w.said('one two three')[0]);
  const beta = await opened('beta');

  const lastTo = (): string | undefined => w.panes.typed.at(-1)?.session;
  w.telegram.owner.say('and back', { replyTo: answer.id });
  await w.eventually(() => w.typed().length === 2);
  expect(lastTo()).toBe(alpha);
  expect(w.typed().at(-1)).toContain('and back');

  w.telegram.owner.say('to beta');
  await w.eventually(() => w.typed().length === 3);
  expect(lastTo()).toBe(beta);

  // The person's own message belongs to a session as well.
  w.telegram.owner.say('once more', { replyTo: own });
  await w.eventually(() => w.typed().length === 4);
  expect(lastTo()).toBe(alpha);
});

it('refuses a reply to a message of a session that has ended', async () => {
  const alpha = await opened('alpha');
  w.telegram.owner.say('hello');
  await w.eventually(() => w.typed().length === 1);
  w.write(w.prompted('hello'), w.answered('hello yourself'), w.turnOver());
  const answer = await w.until(() => w.said('hello yourself')[0]);
  await opened('beta');
  w.rooms.sessions.dispatch(alpha, [{ type: 'killed', at: Date.now() }]);

  w.telegram.owner.say('are you there?', { replyTo: answer.id });
  await w.until(() => w.said('has ended, so yours was not delivered')[0]);
  expect(w.typed()).toHaveLength(1);
});
