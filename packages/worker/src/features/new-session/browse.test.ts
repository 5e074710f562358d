import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import { KernelUnderTest } from '../../fixtures/kernel';

let w: KernelUnderTest;
beforeEach(async () => {
  w = new KernelUnderTest();
  await w.open();
});
afterEach(() => w.close());

const say = (text: string): number => w.telegram.owner.say(text);
const place = (): ChatMessage | undefined => w.said('New session')[0];
const buttons = (): string[] =>
  place()
    ?.keyboard.flat()
    .map((b) => b.text) ?? [];
const tap = (text: string): unknown => w.telegram.owner.tap(text, place()?.id);
const shows = (text: string) => w.until(() => buttons().some((b) => b.includes(text)));
const folder = (...names: string[]): string => {
  const path = join(w.project, ...names);
  mkdirSync(path, { recursive: true });
  return path;
};
/** Opens the browser, with no earlier session. */
const begin = async (): Promise<void> => {
  say('/new');
  await w.until(place);
};

it('lists the folders, marks git repositories, and starts in the one that the user opens', async () => {
  folder('shop', '.git');
  folder('notes', 'old');
  folder('.hidden');
  writeFileSync(join(w.project, 'a-file'), '');
  symlinkSync(folder('..', 'elsewhere'), join(w.project, 'link'));
  await begin();
  expect(buttons()).toEqual(expect.arrayContaining(['📁 link', '📁 notes', '📁 shop · git']));
  expect(buttons().join()).not.toMatch(/hidden|a-file/);
  tap('📁 notes');
  await shows('📁 old');
  tap('⬆ Up');
  await shows('shop');
  tap('📁 shop · git');
  await w.until(() => place()?.text.includes('· git'));
  tap('▶ Start here');
  await w.eventually(() => w.panes.opened.length === 1);
  expect(w.panes.opened[0]?.cwd).toBe(join(w.project, 'shop'));
  await w.until(() => place() === undefined);
});

it('opens nothing for a second tap on a list that has changed, and shows what there is now', async () => {
  folder('a', 'secret', 'deeper');
  await begin();
  tap('📁 a');
  tap('📁 a'); // the phone still shows the old list
  await w.until(() =>
    w.telegram.calls.some(({ params }) => String(params['text']).includes('The list has changed')),
  );
  await shows('secret');
  expect(buttons()).not.toContain('📁 deeper');
  tap('▶ Start here');
  await w.eventually(() => w.panes.opened.length === 1);
  expect(w.panes.opened[0]?.cwd).toBe(join(w.project, 'a'));
});

it('offers recent directories first, the last one with one tap', async () => {
  say(`/new one ${folder('one')}`);
  await w.eventually(() => w.panes.opened.length === 1);
  say(`/new two ${folder('two')}`);
  await w.eventually(() => w.panes.opened.length === 2);
  rmSync(join(w.project, 'one'), { recursive: true }); // a directory that is gone is not offered
  await begin();
  expect(buttons()).toEqual(expect.arrayContaining(['▶ Start in two', '📁 two']));
  expect(buttons()).not.toContain('📁 one');
  tap('▶ Start in two');
  await w.eventually(() => w.panes.opened.length === 3);
  expect(w.panes.opened[2]?.cwd).toBe(join(w.project, 'two'));
});

it('turns pages, and says how many folders it does not list', async () => {
  for (let i = 0; i < 511; i++) folder(`f${i}`);
  await begin();
  expect(place()?.text).toContain('page 1 of 50');
  expect(place()?.text).toContain('11 more folders are not listed');
  expect(buttons().filter((b) => b.startsWith('📁'))).toHaveLength(10);
  tap('›');
  await w.until(() => place()?.text.includes('page 2 of 50'));
  expect(buttons()).toContain('📁 f10');
  tap('‹');
  await w.until(() => place()?.text.includes('page 1 of 50'));
});

it('creates a folder with the name that the user writes, but none outside the directory', async () => {
  await begin();
  tap('＋ Folder');
  await w.until(() => place()?.text.includes('name of the new folder'));
  say('../outside');
  await w.until(() => w.said('is not a valid folder name')[0]);
  expect(existsSync(join(w.dir, 'outside'))).toBe(false);
  say('new shop');
  await w.until(() => place()?.text.includes('new shop'));
  expect(existsSync(join(w.project, 'new shop'))).toBe(true);
  tap('▶ Start here');
  await w.eventually(() => w.panes.opened.length === 1);
  expect(w.panes.opened[0]?.cwd).toBe(join(w.project, 'new shop'));
});

it('opens a path that the user writes, relative to the shown directory, and says why it cannot', async () => {
  folder('deep', 'er');
  await begin();
  tap('✎ Path');
  await w.until(() => place()?.text.includes('Send the path'));
  say('/no/such/place');
  await w.until(() => w.said('does not exist')[0]);
  say('deep/er');
  await w.until(() => place()?.text.includes('deep/er'));
  say('this is no path any more');
  await w.until(() => place()?.text.includes('Your message is kept'));
});

it('says that a folder cannot be opened, or is gone, and stays where it was', async () => {
  const shut = folder('shut');
  folder('going');
  await begin();
  chmodSync(shut, 0);
  tap('📁 shut');
  // Root may enter everything.
  await (process.getuid?.() === 0
    ? w.until(() => place()?.text.includes('shut'))
    : w.until(() => w.said('permission denied')[0]));
  chmodSync(shut, 0o700);
  if (process.getuid?.() === 0) {
    tap('⬆ Up');
    await shows('going');
  }
  rmSync(join(w.project, 'going'), { recursive: true });
  tap('📁 going');
  await w.until(() => w.said('does not exist')[0]);
  expect(buttons()).toContain('📁 shut');
});

it('shows strange names in one harmless line, and opens them', async () => {
  const wild = folder('wild\n\u001b[31mname');
  folder('x'.repeat(255));
  await begin();
  expect(buttons().some((b) => b.startsWith('📁 wild') && b.endsWith('name') && !b.includes('\n'))).toBe(
    true,
  );
  tap(buttons().find((b) => b.startsWith('📁 wild')) ?? '');
  await w.until(() => place()?.text.includes('name'));
  tap('▶ Start here');
  await w.eventually(() => w.panes.opened.length === 1);
  expect(w.panes.opened[0]?.cwd).toBe(wild);
});

it('continues after a restart, and ends when the user cancels', async () => {
  folder('shop');
  await begin();
  await w.stop();
  await w.start();
  tap('📁 shop');
  await w.until(() => place()?.text.includes('shop'));
  const old = place()?.id;
  tap('✖ Cancel');
  await w.until(() => place() === undefined);
  expect(old).toBeDefined();
  await begin();
  expect(w.panes.opened).toHaveLength(0);
});

describe('earlier sessions of the agent', () => {
  const ID = '01234567-89ab-4cde-8f01-23456789abcd';
  const keep = (cwd: string, id: string, prompt: string): string => {
    const dir = join(w.dir, '.claude/projects', w.project.replace(/[^A-Za-z0-9]/g, '-'));
    mkdirSync(dir, { recursive: true });
    const path = join(dir, `${id}.jsonl`);
    const record = {
      ...{ type: 'user', uuid: 'u1', isSidechain: false, sessionId: id, cwd },
      timestamp: new Date(0).toISOString(),
      message: { role: 'user', content: prompt },
    };
    writeFileSync(path, `half a line\n${JSON.stringify(record)}\n`);
    return path;
  };

  it('are offered with their first words, and resume in a window of their own', async () => {
    const path = keep(w.project, ID, 'fix the cart');
    keep(`${w.project}/../other`, ID.replace('0', '9'), 'of another directory');
    await begin();
    expect(buttons().filter((b) => b.startsWith('↩'))).toEqual([expect.stringContaining('fix the cart')]);
    tap(buttons().find((b) => b.startsWith('↩')) ?? '');
    await w.eventually(() => w.panes.opened.length === 1);
    expect(w.panes.opened[0]?.argv).toEqual(expect.arrayContaining(['--resume', ID]));
    expect(w.rooms.sessions.get(w.session)).toMatchObject({
      binding: { sessionId: ID, transcriptPath: path },
      restoring: true,
      about: 'fix the cart',
    });
    await w.until(() => w.said('resumes')[0]);
    await begin(); // while it is open it is not offered again
    tap('📂 Browse');
    await w.until(() => place()?.text.includes('in '));
    expect(buttons().filter((b) => b.startsWith('↩'))).toEqual([]);
  });

  it('are left alone while they run in another terminal', async () => {
    keep(w.project, ID, 'fix the cart');
    mkdirSync(join(w.dir, '.claude/sessions'), { recursive: true });
    writeFileSync(
      join(w.dir, `.claude/sessions/${process.pid}.json`),
      JSON.stringify({ sessionId: ID, cwd: w.project }),
    );
    await begin();
    tap(buttons().find((b) => b.startsWith('↩')) ?? '');
    await w.until(() => w.said('is running in another terminal')[0]);
    expect(w.panes.opened).toHaveLength(0);
  });
});
