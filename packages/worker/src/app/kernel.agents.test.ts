import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import { READY, KernelUnderTest } from '../fixtures/kernel';

/** Both agents of the settings are a program that is there; nothing of it runs, as the windows are a recorder. */
const BOTH = { CODEX_COMMAND: process.execPath };

/** A screen whose Codex waits for text. */
const CODEX_READY = ['› Ask Codex to do anything', '', '  gpt-5 default · ~/p', '  ← for agents'];

let w: KernelUnderTest;
const open = async (settings: Record<string, string> = {}): Promise<void> => {
  w = new KernelUnderTest(settings);
  await w.open();
};
afterEach(() => w.close());

const say = (text: string): number => w.telegram.owner.say(text);
const opened = async (count: number) => {
  await w.eventually(() => w.panes.opened.length >= count);
  return w.panes.opened[count - 1];
};
const session = () => w.rooms.sessions.get(w.session);

describe('/new with several agents', () => {
  it('starts the named agent, and the card shows which it is', async () => {
    await open(BOTH);
    say('/new @codex shop');
    expect((await opened(1))?.argv[0]).toBe(process.execPath);
    const card = await w.until(() => w.said('shop')[0]);
    expect(card.text).toContain('Codex');
    expect(session()).toMatchObject({ agent: 'codex' });
  });

  it('starts the agent of the settings when given a name or a path, and lists the agents', async () => {
    await open({ ...BOTH, CCBOT_AGENT_BACKEND: 'codex' });
    say('/new one');
    await opened(1);
    expect(session()).toMatchObject({ agent: 'codex' });
    say('/new @claude two');
    await opened(2);
    expect(session()).toMatchObject({ agent: 'claude' });
    say('/sessions');
    const list = await w.until(() => w.said('Tap one to write to it')[0]);
    expect(list.keyboard.slice(0, 2).map(([b]) => b?.text)).toEqual([
      expect.stringContaining('one · Codex') as string,
      expect.stringContaining('two · Claude Code') as string,
    ]);
  });

  it('offers a choice when given nothing, and a second tap opens no second session', async () => {
    await open(BOTH);
    say('/new');
    const asked: ChatMessage = await w.until(() => w.said('New session')[0]);
    const agents = () =>
      w
        .said('New session')[0]
        ?.keyboard.at(-2)
        ?.map((b) => b.text);
    expect(agents()).toEqual(['● Claude Code', 'Codex']);
    w.telegram.owner.tap('Codex', asked.id);
    await w.until(() => agents()?.[1] === '● Codex');
    w.telegram.owner.tap('▶ Start here', asked.id);
    w.telegram.owner.tap('▶ Start here', asked.id);
    await opened(1);
    await w.until(() => w.said('New session').length === 0);
    await w.kernel.inbox.journal.drained();
    expect(w.panes.opened).toHaveLength(1);
    expect(session()).toMatchObject({ agent: 'codex', cwd: w.project });
    say('hello');
    await w.until(() => w.said('is still starting')[0]); // it is the one that is written to
  });

  it('offers no choice when only one agent is installed, and says so when another is requested', async () => {
    await open({ CODEX_COMMAND: 'no-such-agent' });
    say('/new');
    const asked = await w.until(() => w.said('New session')[0]);
    expect(asked.keyboard.flat().map((b) => b.text)).not.toContain('Codex');
    say('/new @codex');
    const said = await w.until(() => w.said('was not found')[0]);
    expect(said.text).toContain('CODEX_COMMAND');
    say('/new @nobody');
    await w.until(() => w.said('@claude, @codex, @shell')[0]);
    expect(w.panes.opened).toHaveLength(0);
  });
});

describe('/new @shell', () => {
  it('runs the command line in the user’s shell, and shows its screen as the card, with Ctrl-C', async () => {
    await open();
    say('/new @shell npm run build -- "a b"');
    expect(await opened(1)).toMatchObject({
      name: 'npm',
      cwd: w.project,
      argv: [expect.stringMatching(/sh$/) as string, '-c', 'npm run build -- "a b"'],
    });
    w.panes.show(w.session, ['> build', 'compiling 3 files', '', '']);
    const card = await w.until(() => w.said('compiling 3 files')[0]);
    expect(card.text).toContain('npm · Shell · running');
    expect(card.entities).toContainEqual(expect.objectContaining({ type: 'pre' }));
    w.panes.show(w.session, ['> build', 'compiling 4 files']);
    const later = await w.until(() => w.said('compiling 4 files')[0]);
    expect(later.id).toBe(card.id);
    w.telegram.owner.tap('⏹ Ctrl-C', card.id);
    await w.eventually(() => w.panes.received(w.session).includes('\x03'));
  });

  it('types each message as a line, at any time, and moves the card below the message', async () => {
    await open();
    say('/new @shell python3');
    await opened(1);
    const first = await w.until(() => w.said('python3')[0]);
    const id = say('1 + 1\nprint("two")');
    await w.eventually(() => w.panes.received(w.session) === '1 + 1\rprint("two")\r');
    w.panes.show(w.session, ['>>> 1 + 1', '2', '>>> print("two")', 'two']);
    const card = await w.until(() => w.said('>>> 1 + 1')[0]);
    expect(card.id).toBeGreaterThan(id);
    expect(card.id).not.toBe(first.id);
    await w.until(() => w.telegram.owner.fromBot().every((m) => m.id !== first.id));
  });

  it('notifies with a sound when the command has ended, with its exit code and last output', async () => {
    await open();
    say('/new @shell make');
    await opened(1);
    w.panes.show(w.session, ['make: *** [all] Error 2']);
    w.panes.die(w.session, 2);
    const told = await w.until(() => w.said('ended (exit code 2)')[0]);
    expect(told.text).toContain('make in make');
    expect(told.text).toContain('[all] Error 2');
    expect(told.text).not.toContain('agent');
    const sent = w.telegram.calls.filter((c) => c.method === 'sendMessage');
    expect(sent.at(-1)?.params['disable_notification'] ?? false).toBe(false);
    await w.until(() => w.said('running').length === 0);
  });

  it('runs in a directory that precedes the command, and does not take a program’s path for one', async () => {
    await open();
    mkdirSync(join(w.project, 'shop'));
    say('/new @shell ./shop npm test');
    expect(await opened(1)).toMatchObject({ cwd: join(w.project, 'shop'), name: 'npm' });
    say('/new @shell ./build.sh all');
    expect(await opened(2)).toMatchObject({
      cwd: join(w.project, 'shop'),
      name: 'build.sh',
      argv: [expect.any(String) as string, '-c', './build.sh all'],
    });
    say('/new @shell');
    expect((await opened(3))?.argv).toHaveLength(1);
  });
});

describe('/handover', () => {
  it('starts the other agent in the same directory with what was asked and done, and leaves the source as it is', async () => {
    await open(BOTH);
    await w.ready();
    const from = w.session;
    w.write(w.prompted('build the cart'), w.answered('The cart is built.'), w.turnOver());
    await w.until(() => w.said('The cart is built.')[0]);
    const before = readFileSync(w.transcript, 'utf8');
    say('/handover @codex');
    expect(await opened(2)).toMatchObject({ cwd: w.project, name: 'demo-2' });
    expect(session()).toMatchObject({ agent: 'codex' });
    await w.until(() => w.said('Codex takes over from demo')[0]);
    w.panes.show(w.session, CODEX_READY);
    await w.eventually(() => w.typed().length === 1);
    const [told = ''] = w.typed();
    for (const part of ['build the cart', 'Agent: The cart is built.', w.transcript, w.project])
      expect(told).toContain(part);
    expect(readFileSync(w.transcript, 'utf8')).toBe(before);
    expect(w.rooms.sessions.get(from)).toMatchObject({ agent: 'claude', phase: 'ready' });
  });

  it('hands over an archived session too, and says so when there is nothing to hand over', async () => {
    await open(BOTH);
    say('/new empty');
    await opened(1);
    say('/handover @codex');
    await w.until(() => w.said('nothing to hand over')[0]);
    expect(w.panes.opened).toHaveLength(1);
    w.panes.show(w.session, READY);
    await w.hook('SessionStart', { source: 'startup' });
    w.write(w.prompted('look'), w.answered('Seen.'), w.turnOver());
    await w.until(() => w.said('Seen.')[0]);
    say('/done');
    await w.eventually(() => w.panes.closed.length === 1);
    say('/archive');
    const list = await w.until(() =>
      w.telegram.owner.fromBot().find((m) => m.keyboard.flat().some((b) => b.text === '1')),
    );
    w.telegram.owner.tap('1', list.id);
    const one = await w.until(() =>
      w.telegram.owner.fromBot().find((m) => m.keyboard.flat().some((b) => b.text === '➡ Codex')),
    );
    w.telegram.owner.tap('➡ Codex', one.id);
    await opened(2);
    expect(session()).toMatchObject({ agent: 'codex', cwd: w.project });
  });
});
