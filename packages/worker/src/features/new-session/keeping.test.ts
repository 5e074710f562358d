import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import { KEPT_MAX, KEPT_MS } from '../../attachments/kept';
import { READY, KernelUnderTest } from '../../fixtures/kernel';

let w: KernelUnderTest;
beforeEach(async () => {
  w = new KernelUnderTest();
  await w.open();
});
afterEach(() => w.close());

const say = (text: string): number => w.telegram.owner.say(text);
const file = (name: string) => ({ name, mime: 'text/plain', bytes: Buffer.from(name) });
const browser = (): ChatMessage | undefined => w.said('New session')[0];
const tap = (text: string, on = browser()): unknown => w.telegram.owner.tap(text, on?.id);
const keeps = (count: number) =>
  w.until(() => browser()?.text.includes(count === 1 ? 'message is kept' : `${count} messages are kept`));
/** Opens a session in the browser, and lets its agent wait for text. */
async function start(): Promise<void> {
  tap('▶ Start here');
  await w.eventually(() => w.panes.opened.length > 0);
  await w.becomeReady();
}

describe('a message while no session runs', () => {
  it('is kept, the browser opens, and the session that is opened gets it', async () => {
    const id = say('fix `__init__.py`\nand more');
    await keeps(1);
    await w.until(() => w.telegram.owner.chat().find((m) => m.id === id)?.reaction === '😴');
    await start();
    await w.until(() => w.said('Your message goes to project')[0]);
    await w.eventually(() => w.typed().length > 0);
    expect(w.typed()).toEqual(['fix `__init__.py`\nand more']);
    await w.until(() => browser() === undefined && w.said('is kept').length === 0);
    await w.until(() => w.telegram.owner.chat().find((m) => m.id === id)?.reaction === '👀');
  });

  it('is kept whatever it is, and all of them arrive in order', async () => {
    const { owner } = w.telegram;
    say('first');
    owner.upload(file('a.txt'), { caption: 'with a file' });
    owner.album([file('b.txt'), file('c.txt')], { caption: 'an album' });
    owner.upload(file('photo.png'), { as: 'photo' });
    owner.upload(file('v.oga'), { as: 'voice' });
    owner.send({ contact: { phone_number: '1', first_name: 'Bob' } });
    owner.paste('x'.repeat(9_000));
    say('last');
    await keeps(8);
    expect(w.said('New session')).toHaveLength(1);
    expect(w.telegram.calls.some(({ method }) => method === 'file')).toBe(false);
    await start();
    await w.until(() => w.said('Your 8 messages go to project')[0]);
    await w.eventually(() => w.typed().length === 8);
    expect(w.typed()).toEqual([
      'first',
      expect.stringMatching(/^File: .*a\.txt\n\nwith a file$/),
      expect.stringMatching(/^File: .*b\.txt\n\nan album\n\nFile: .*c\.txt$/),
      expect.stringMatching(/^Photo: /),
      expect.stringMatching(/^Voice message/),
      expect.stringContaining('Bob'),
      'x'.repeat(9_000),
      'last',
    ]);
  });

  it('waits for the browser where the user was in it, and for a session that cannot start', async () => {
    mkdirSync(join(w.project, 'shop'));
    say('one');
    await keeps(1);
    tap('📁 shop');
    await w.until(() => browser()?.text.includes('shop'));
    const before = browser()?.id;
    say('two');
    await keeps(2);
    expect(browser()?.text).toContain('shop');
    expect(browser()?.id).not.toBe(before);
    w.set({ CLAUDE_COMMAND: 'no-such-agent' });
    await w.stop();
    await w.start();
    tap('▶ Start here');
    await w.until(() => w.said('no-such-agent')[0]);
    w.set({ CLAUDE_COMMAND: process.execPath });
    await w.stop();
    await w.start();
    await start();
    await w.eventually(() => w.typed().length === 2);
    expect(w.typed()).toEqual(['one', 'two']);
  });

  it('is the message as it was edited meanwhile', async () => {
    const id = say('wrong');
    await keeps(1);
    w.telegram.owner.edit(id, 'right');
    await w.until(() => w.telegram.owner.chat().find((m) => m.id === id)?.reaction === '👍');
    await start();
    await w.eventually(() => w.typed().length > 0);
    expect(w.typed()).toEqual(['right']);
  });

  it('goes to a session that is started by a command, too', async () => {
    say('hello');
    await keeps(1);
    say('/new api');
    await w.eventually(() => w.panes.opened.length > 0);
    await w.becomeReady();
    await w.until(() => w.said('Your message goes to api')[0]);
    await w.until(() => browser() === undefined);
    await w.eventually(() => w.typed().length > 0);
    expect(w.typed()).toEqual(['hello']);
  });

  it('is the path that the browser asked for, and no message', async () => {
    say('/new');
    await w.until(browser);
    tap('✎ Path');
    await w.until(() => browser()?.text.includes('Send the path'));
    say('/tmp');
    await w.until(() => browser()?.text.includes('/tmp'));
    expect(w.said('is kept')).toEqual([]);
  });
});

describe('kept messages', () => {
  it('stay when the browser is cancelled, and go to the next session', async () => {
    say('one');
    say('two');
    await keeps(2);
    tap('✖ Cancel');
    const said = await w.until(() => w.said('Your 2 messages go to the next session')[0]);
    expect(said.text).toMatch(/they are discarded tomorrow at \d\d:\d\d/);
    await w.until(() => browser() === undefined);
    await w.ready();
    await w.eventually(() => w.typed().length === 2);
    expect(w.typed()).toEqual(['one', 'two']);
  });

  it('are discarded when the user wants that, in the browser or after it', async () => {
    const id = say('one');
    await keeps(1);
    tap('🗑 Discard');
    await w.until(() => browser() !== undefined && !browser()?.text.includes('kept'));
    await w.until(() => w.telegram.owner.chat().find((m) => m.id === id)?.reaction === undefined);
    say('two');
    await keeps(1);
    tap('✖ Cancel');
    tap('🗑 Discard', await w.until(() => w.said('goes to the next session')[0]));
    await w.until(() => w.said('The message was discarded')[0]?.keyboard.flat().length === 0);
    await w.ready();
    say('three');
    await w.eventually(() => w.typed().length > 0);
    expect(w.typed()).toEqual(['three']);
  });

  it('are discarded after a day, and the user is told', async () => {
    say('one');
    say('two');
    await keeps(2);
    await w.stop();
    w.ahead = KEPT_MS + 60_000;
    await w.start();
    await w.until(() => w.said('I discarded 2 messages of yours')[0]);
    await w.until(() => browser() === undefined);
    await w.ready();
    say('three');
    await w.eventually(() => w.typed().length > 0);
    expect(w.typed()).toEqual([expect.stringMatching(/three$/)]);
  });

  it('are not too many, and the user is told which is not kept', async () => {
    w.set({ CCBOT_MESSAGES_PER_MINUTE: '0' });
    await w.stop();
    await w.start();
    for (let i = 0; i <= KEPT_MAX; i++) say(`message ${i}`);
    await w.until(() => w.said('This message is not kept')[0]);
    await keeps(KEPT_MAX);
    await start();
    const queued = w.rooms.prompts.queue.ofSession(w.session, ['waiting', 'typing', 'typed']);
    expect(queued.map(({ text }) => text)).toEqual(
      Array.from({ length: KEPT_MAX }, (_, i) => `message ${i}`),
    );
  });

  it('survive a worker that is stopped before and after a session is chosen', async () => {
    w.telegram.fault({ method: 'file', kind: 'hang' });
    say('one');
    w.telegram.owner.upload(file('a.txt'));
    say('three');
    await keeps(3);
    await w.stop();
    await w.start();
    await start();
    await w.eventually(() => w.typed().length === 1);
    await w.stop();
    w.telegram.clearFaults();
    await w.start();
    await w.eventually(() => w.typed().length === 3);
    expect(w.typed()).toEqual(['one', expect.stringContaining('a.txt'), 'three']);
    expect(w.said('Your 3 messages go to')).toHaveLength(1);
  });

  it('go to a session that is restored from the archive', async () => {
    await w.ready();
    const id = w.session;
    say('mend the shop');
    await w.eventually(() => w.typed().includes('mend the shop'));
    w.write(w.prompted('mend the shop'), w.answered('It is mended.'), w.turnOver());
    await w.until(() => w.said('It is mended.')[0]);
    say('/done');
    await w.until(() => w.said('is done and archived')[0]);
    await w.eventually(() => w.rooms.sessions.get(id)?.phase === 'ended');
    say('and the roof');
    await keeps(1);
    say('/archive');
    await w.until(() => w.said('Archive')[0]);
    w.telegram.owner.tap('1');
    w.telegram.owner.tap('▶ Restore', (await w.until(() => w.said(w.project).at(-1))).id);
    await w.until(() => w.said('Your message goes to demo')[0]);
    w.panes.show(id, READY);
    await w.eventually(() => w.typed().includes('and the roof'));
    expect(browser()).toBeUndefined();
  });

  it('go to a session that is chosen', async () => {
    await w.ready();
    const first = w.session;
    say('/new other');
    await w.eventually(() => w.panes.opened.length === 2);
    w.panes.die(w.session, 0);
    await w.eventually(() => w.rooms.sessions.live().length === 1);
    say('for the first');
    await keeps(1);
    w.telegram.owner.tap(`go:${first}`);
    await w.until(() => w.said('Your message goes to demo')[0]);
    await w.eventually(() => w.typed().includes('for the first'));
  });

  it('go to the session that the user wrote to, when several are restored at once', async () => {
    const names = ['one', 'two', 'three'];
    for (const name of names) {
      say(`/new ${name}`);
      await w.eventually(() => w.panes.opened.at(-1)?.name === name && w.panes.isWatched(w.session));
      w.panes.show(w.session, READY);
      await w.hook('SessionStart', { source: 'startup', session_id: `agent-${name}` });
      await w.eventually(() => w.rooms.sessions.get(w.session)?.phase === 'ready');
    }
    say('/switch two');
    await w.eventually(() => w.rooms.sessions.get(w.rooms.active.get(7) ?? '')?.name === 'two');
    await w.stop();
    w.panes.goDown('a reboot');
    await w.start();
    const lost = await w.until(() => w.said('Ended while ccbot was not running')[0]);
    say('go on');
    await keeps(1);
    w.telegram.owner.tap('▶ Restore all', lost.id);
    await w.until(() => w.said('Your message goes to two')[0]);
    expect(w.rooms.sessions.live().map(({ name }) => name)).toEqual(names);
  });

  it('are not typed where they would run, if they hold words of others', async () => {
    const origin = { type: 'hidden_user' as const, date: 1_700_000_000, sender_user_name: 'Bob' };
    w.telegram.owner.say('$(touch pwned)', { forward: origin });
    await keeps(1);
    say('/new @shell');
    await w.eventually(() => w.panes.opened.length > 0);
    w.panes.show(w.session, ['$ ']);
    await w.until(() => w.said('Nothing was typed into')[0]);
    say('ls');
    await w.eventually(() => w.typed().length > 0);
    expect(w.typed()).toEqual(['ls']);
  });
});
