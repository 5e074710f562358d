import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { KernelUnderTest } from '../../fixtures/kernel';
import { ownMenu } from './own-menu';
import { wordsIn } from '../../words/words';

let MENU: ReturnType<typeof ownMenu>;

let under: KernelUnderTest;
beforeEach(async () => {
  under = new KernelUnderTest();
  await under.open();
  MENU = ownMenu(under.kernel.inbox.grammar, wordsIn('en'));
  under.kernel.inbox.menu.start();
});
afterEach(() => under.close());

const put = (path: string, text: string): void => {
  const file = join(under.dir, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};
const menu = () => under.telegram.state.commandsFor(7).map(({ command }) => command);
const sets = () => under.telegram.state.calls.filter(({ method }) => /MyCommands$/.test(method)).length;
const has = (command: string) => under.until(() => menu().includes(command));

it('shows the active agent’s commands, and changes with it', async () => {
  put('project/.claude/commands/fix-bug.md', '---\ndescription: Fix a bug\n---\nFix $1');
  put('.claude/skills/release/SKILL.md', '---\ndescription: Release it\n---\nRelease');
  put('.claude/skills/inner/SKILL.md', '---\nuser-invocable: false\n---\nx');
  await under.ready();
  await has('fix_bug');
  expect(menu().slice(0, MENU.length)).toEqual(MENU.map(({ command }) => command));
  expect(menu().slice(MENU.length, MENU.length + 4)).toEqual(['fix_bug', 'release', 'compact', 'clear']);
  expect(under.telegram.state.commandsFor(7).find(({ command }) => command === 'fix_bug')?.description).toBe(
    'Fix a bug',
  );
  expect(under.telegram.state.commandsFor(8)).toEqual([]); // nobody else’s

  under.telegram.owner.say('/done');
  await under.until(() => menu().length === 0); // what all chats have is set elsewhere
});

it('types the agent’s own name for a command, and its own /help for //help', async () => {
  put('project/.claude/commands/fix-bug.md', 'Fix $1');
  await under.ready();
  for (const [said, typed] of [
    ['/fix_bug 12', '/fix-bug 12'],
    ['/compact', '/compact'],
    ['//help', '/help'],
    ['//todo: not ours', '//todo: not ours'],
  ] as const) {
    const before = under.panes.typed.length;
    under.telegram.owner.say(said);
    await under.eventually(() => under.panes.typed.length > before);
    expect(under.typed().at(-1)).toBe(typed);
    await under.hook('UserPromptSubmit', { prompt: typed });
    under.write(under.prompted(typed), under.turnOver());
    await under.eventually(() => under.rooms.sessions.get(under.session)?.card.phase === 'idle');
  }
});

it('is set once, and again only when it changed, also across restarts', async () => {
  await under.ready();
  await has('compact');
  const before = sets();
  under.telegram.owner.say('/sessions');
  await under.until(() => under.said('demo')[0]);
  await under.kernel.inbox.menu.idle();
  await under.stop();
  await under.start();
  under.kernel.inbox.menu.start();
  await under.kernel.inbox.menu.idle();
  expect(sets()).toBe(before);

  put('project/.claude/commands/later.md', 'x');
  under.telegram.owner.say('/sessions');
  await has('later');
  rmSync(join(under.dir, 'project/.claude'), { recursive: true });
  under.telegram.owner.say('/sessions');
  await under.until(() => !menu().includes('later'));
  expect(sets()).toBe(before + 2);
});

it('is set when the network is back, and a refused list is not sent again', async () => {
  under.telegram.fault({ kind: '429', method: 'setMyCommands', retryAfter: 1, times: 1 });
  await under.ready();
  await has('compact');
  under.telegram.fault({ kind: '403', method: 'setMyCommands', times: 1 });
  put('project/.claude/commands/later.md', 'x');
  under.telegram.owner.say('/sessions');
  await under.eventually(() => under.logged.filter(({ text }) => /menu not set/.test(text)).length === 2);
  const before = sets();
  under.telegram.owner.say('/sessions');
  await under.kernel.inbox.menu.idle();
  expect(sets()).toBe(before);
});
