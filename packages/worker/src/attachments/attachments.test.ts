import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { KernelUnderTest } from '../fixtures/kernel';

let w: KernelUnderTest;
beforeEach(async () => {
  w = new KernelUnderTest();
  await w.open();
});
afterEach(() => w.close());

const file = (name: string, bytes: string | Buffer = 'content', mime = 'text/plain') => ({
  name,
  mime,
  bytes: Buffer.from(bytes),
});
const inbox = (): string => join(w.project, '.ccbot-inbox');
const kept = (): string[] => readdirSync(inbox()).filter((n) => n !== '.gitignore');

describe('a paste that the client cut', () => {
  const whole = Array.from({ length: 300 }, (_, i) => `line ${i} ${'x'.repeat(40)}`).join('\n');

  it('is typed as one', async () => {
    await w.ready();
    expect(w.telegram.owner.paste(whole).length).toBeGreaterThan(2);
    await w.eventually(() => w.typed().length > 0);
    expect(w.typed().map((t) => t.replace(/\s/g, ''))).toEqual([whole.replace(/\s/g, '')]);
  });

  it('is typed as one even when the worker stopped between its parts', async () => {
    await w.ready();
    const [first = '', ...rest] = ['a'.repeat(4_096), 'b'.repeat(4_096), 'end'];
    w.telegram.owner.say(first);
    await w.eventually(() => w.rooms.world.updates.depth() === 1);
    await w.stop();
    for (const part of rest) w.telegram.owner.say(part);
    await w.start();
    await w.eventually(() => w.typed().length > 0);
    await w.eventually(() => w.rooms.world.updates.depth() === 0);
    expect(w.typed()).toEqual([`${first}${rest.join('')}`]);
  });

  it('does not delay a tap or a command behind it', async () => {
    await w.ready();
    w.telegram.owner.say('y'.repeat(4_096));
    w.telegram.owner.say('/help');
    await w.until(() => w.said('types what you write')[0]);
    await w.eventually(() => w.typed().includes('y'.repeat(4_096)));
  });
});

describe('a file', () => {
  it('is stored in the inbox of the session’s directory, and the agent gets its path with the caption', async () => {
    await w.ready();
    const id = w.telegram.owner.upload(file('Überblick.pdf', 'all of it'), { caption: 'read this' });
    await w.eventually(() => w.typed().length > 0);
    const [name = ''] = kept();
    expect(name).toMatch(/^\d{8}-\d{6}-Überblick\.pdf$/);
    expect(readFileSync(join(inbox(), name), 'utf8')).toBe('all of it');
    expect(w.typed()).toEqual([`File: ${join(inbox(), name)}\n\nread this`]);
    expect(readFileSync(join(inbox(), '.gitignore'), 'utf8')).toBe('*\n');
    expect(lstatSync(inbox()).mode & 0o077).toBe(0);
    await w.until(() => w.telegram.owner.chat().find((m) => m.id === id)?.reaction === '👀');
  });

  it('delays only what is for the same agent behind it, which stays in order', async () => {
    await w.ready();
    w.telegram.fault({ method: 'file', kind: 'slow', delayMs: 600, times: 1 });
    w.telegram.owner.upload(file('slow.txt'));
    w.telegram.owner.say('about that file');
    w.telegram.owner.say('/help');
    await w.until(() => w.said('types what you write')[0]);
    expect(w.typed()).toEqual([]);
    await w.eventually(() => w.typed().length === 2);
    expect(w.typed()).toEqual([expect.stringContaining('slow.txt'), 'about that file']);
  });

  it('is fetched once by the next run when the worker stopped meanwhile, and leaves nothing over', async () => {
    await w.ready();
    w.telegram.fault({ method: 'file', kind: 'hang' });
    w.telegram.owner.upload(file('late.txt'), { caption: 'late' });
    w.telegram.owner.say('after it');
    await w.until(() => w.telegram.calls.some((c) => c.method === 'file'));
    await w.eventually(() => w.rooms.world.updates.depth() === 0);
    await w.stop();
    expect(w.typed()).toEqual([]);
    w.telegram.clearFaults();
    await w.start();
    await w.eventually(() => w.typed().length === 2);
    expect(w.typed()).toEqual([expect.stringMatching(/late\.txt\n\nlate$/), 'after it']);
    expect(kept()).toHaveLength(1);
  });

  it('is fetched again, whole, when the connection breaks in the middle', async () => {
    await w.ready();
    w.telegram.fault({ method: 'file', kind: 'cut', times: 1 });
    w.telegram.owner.upload(file('cut.bin', Buffer.alloc(300_000, 7)));
    await w.eventually(() => w.typed().length > 0);
    expect(lstatSync(join(inbox(), kept()[0] ?? '')).size).toBe(300_000);
  });

  it('that is too large is reported, and does not delay what is written next', async () => {
    await w.ready();
    w.telegram.owner.upload(file('big.iso', Buffer.alloc(20 * 1024 * 1024 + 1)), { caption: 'look' });
    w.telegram.owner.say('go on');
    await w.until(() => w.said('larger than 20 MB')[0]);
    await w.eventually(() => w.typed().length > 0);
    expect(w.typed()).toEqual(['go on']);
    expect(kept()).toEqual([]);
  });

  it('is not written if a link is in place of the inbox', async () => {
    await w.ready();
    const elsewhere = join(w.dir, 'elsewhere');
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, inbox());
    w.telegram.owner.upload(file('x.txt'));
    await w.until(() => w.said('was not made by ccbot')[0]);
    expect(readdirSync(elsewhere)).toEqual([]);
    expect(w.typed()).toEqual([]);
  });

  it('has its own path even when others have the same name', async () => {
    await w.ready();
    for (const content of ['one', 'two', 'three']) w.telegram.owner.upload(file('same.txt', content));
    await w.eventually(() => w.typed().length === 3);
    expect(
      kept()
        .map((n) => readFileSync(join(inbox(), n), 'utf8'))
        .sort(),
    ).toEqual(['one', 'three', 'two']);
  });

  it('arrives with its album as one message', async () => {
    await w.ready();
    const [first] = w.telegram.owner.album([file('a.txt', 'A'), file('b.txt', 'B'), file('c.txt', 'C')], {
      caption: 'three',
    });
    await w.eventually(() => w.typed().length > 0);
    expect(w.typed()).toEqual([
      expect.stringMatching(/a\.txt\n\nthree\n\nFile: .*b\.txt\n\nFile: .*c\.txt$/),
    ]);
    await w.until(() => w.telegram.owner.chat().find((m) => m.id === first)?.reaction === '👀');
    expect(w.typed()).toHaveLength(1);
  });
});

describe('a message that is neither text nor file', () => {
  it.each([
    [{ location: { latitude: 52.5, longitude: 13.25 } }, 'Location: 52.500000, 13.250000'],
    [{ contact: { phone_number: '+491', first_name: 'Ann' } }, 'Contact: Ann, +491'],
    [{ sticker: { emoji: '👍' } }, 'Sticker 👍'],
  ])('reaches the agent as text', async (special, words) => {
    await w.ready();
    w.telegram.owner.send(special);
    await w.eventually(() => w.typed().length > 0);
    expect(w.typed()).toEqual([words]);
  });

  it('is reported if it cannot go to an agent', async () => {
    await w.ready();
    w.telegram.owner.send({ poll: { question: 'q', options: ['a', 'b'] } });
    await w.until(() => w.said('cannot forward this kind of message (poll)')[0]);
  });
});

describe('what others wrote', () => {
  const from = { type: 'hidden_user', date: 1_767_322_800, sender_user_name: 'Bob' } as const;

  it('is forwarded as theirs, as one message if it arrived together, and is never a command', async () => {
    await w.ready();
    w.telegram.owner.say('/kill demo', { forward: from });
    w.telegram.owner.say('and this', { forward: from });
    await w.eventually(() => w.typed().length > 0);
    const [typed] = w.typed();
    expect(typed).toMatch(/^Forwarded from Bob, written 2026-01-02 03:00 UTC:\n> \/kill demo\n\nForwarded/);
    expect(w.said('End demo')).toEqual([]);
  });

  it('is quoted when the user replies to it', async () => {
    await w.ready();
    w.telegram.owner.say('/help');
    const help = await w.until(() => w.said('types what you write')[0]);
    w.telegram.owner.say('do that', { replyTo: help.id, quote: 'shows you here' });
    await w.eventually(() => w.typed().length > 0);
    expect(w.typed()).toEqual(['In reply to this message of yours:\n> shows you here\n\ndo that']);
  });
});

describe('an edit', () => {
  it('of a message that still waits replaces it', async () => {
    await w.opened();
    const id = w.telegram.owner.say('delete all');
    await w.until(() => w.said('still starting')[0]);
    w.telegram.owner.edit(id, 'delete nothing');
    await w.until(() => w.telegram.owner.chat().find((m) => m.id === id)?.reaction === '👍');
    await w.becomeReady();
    await w.eventually(() => w.typed().length > 0);
    expect(w.typed()).toEqual(['delete nothing']);
  });

  it('of one part of a paste changes that part', async () => {
    await w.opened();
    const [first = 0] = ['a'.repeat(4_096), 'tail'].map((t) => w.telegram.owner.say(t));
    await w.until(() => w.said('still starting')[0]);
    w.telegram.owner.edit(first, 'b'.repeat(4_096));
    await w.until(() => w.telegram.owner.chat().some((m) => m.reaction === '👍'));
    await w.becomeReady();
    await w.eventually(() => w.typed().length > 0);
    expect(w.typed()).toEqual([`${'b'.repeat(4_096)}tail`]);
  });

  it('of a message that the agent has gets one notice, and types nothing', async () => {
    await w.ready();
    const id = w.telegram.owner.say('as it was');
    await w.eventually(() => w.typed().includes('as it was'));
    w.telegram.owner.edit(id, 'otherwise');
    w.telegram.owner.edit(id, 'quite otherwise');
    const told = await w.until(() => w.said('already has this message')[0]);
    expect(told.replyTo).toBe(id);
    await w.eventually(() => w.rooms.world.updates.depth() === 0);
    await w.rooms.outbox.flush(5_000);
    expect(w.said('already has this message')).toHaveLength(1);
    expect(w.typed()).toHaveLength(1);
  });

  it('that changes no word is ignored', async () => {
    await w.ready();
    const id = w.telegram.owner.say('same');
    await w.eventually(() => w.typed().includes('same'));
    w.telegram.owner.edit(id, 'same');
    w.telegram.owner.say('/help');
    await w.until(() => w.said('types what you write')[0]);
    expect(w.said('already has')).toEqual([]);
  });
});

describe('an old message', () => {
  it('states its age to the agent, when it waited at Telegram while ccbot was stopped', async () => {
    await w.ready();
    await w.stop();
    w.telegram.owner.say('from the train');
    const message = w.telegram.owner.chat().at(-1);
    const pending = w.telegram.state.updates.at(-1) as { message?: { date: number } } | undefined;
    if (pending?.message === undefined || message === undefined) throw new Error('nothing waits');
    pending.message.date -= 25 * 60;
    await w.start();
    await w.eventually(() => w.typed().length > 0);
    expect(w.typed()).toEqual(['(This was written 25 minutes ago and arrives only now.)\n\nfrom the train']);
  });
});

describe('a message to a session where text runs', () => {
  const shell = async (): Promise<string> => {
    w.telegram.owner.say('/new @shell');
    await w.eventually(() => w.panes.opened.length === 1);
    await w.eventually(() => w.rooms.sessions.get(w.session)?.phase === 'ready');
    return w.session;
  };

  it('is typed alone when it is the user’s own, without its age and the message it answers', async () => {
    await shell();
    const card = await w.until(() => w.telegram.owner.fromBot().at(-1));
    w.ahead = 3_600_000;
    w.telegram.owner.say('make test', { replyTo: card.id });
    await w.eventually(() => w.typed().length > 0);
    expect(w.typed()).toEqual(['make test']);
  });

  it('is not typed when it holds something of others; its file is stored, and the user is told where', async () => {
    await shell();
    w.telegram.owner.upload(file('$(touch x).txt', 'all of it'));
    const refusal = await w.until(() => w.said('Nothing was typed into')[0]);
    const [name = ''] = kept();
    expect(refusal.text).toContain(join(inbox(), name));
    expect(refusal.keyboard).toEqual([]);
    expect(w.typed()).toEqual([]);
  });

  it('is saved as a file once, and is gone from the queue', async () => {
    await shell();
    w.telegram.owner.send({ contact: { phone_number: '1', first_name: '$(touch x)' } });
    const refusal = await w.until(() => w.said('Nothing was typed into')[0]);
    w.telegram.owner.tap('Save as a file', refusal.id);
    await w.until(() => w.said('Saved as')[0]);
    expect(kept().map((name) => readFileSync(join(inbox(), name), 'utf8'))).toEqual([
      expect.stringContaining('$(touch x)'),
    ]);
    expect(lstatSync(join(inbox(), kept()[0] ?? '')).mode & 0o077).toBe(0);
    expect(w.typed()).toEqual([]);
  });

  it('is not written through a link that somebody put in the place of the inbox', async () => {
    await shell();
    mkdirSync(join(w.dir, 'elsewhere'));
    symlinkSync(join(w.dir, 'elsewhere'), inbox());
    w.telegram.owner.send({ contact: { phone_number: '1', first_name: 'x' } });
    w.telegram.owner.tap('Save as a file', (await w.until(() => w.said('Nothing was typed into')[0])).id);
    await w.until(() => w.said('was not saved')[0]);
    expect(readdirSync(join(w.dir, 'elsewhere'))).toEqual([]);
  });
});
