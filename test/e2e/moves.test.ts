import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Block, ModelRequest } from '@ccbot/sandbox/model/script';
import { botSays, count, startSession } from './harness/chat';
import { CCBOT, prepareSystem, type System } from './harness/system';
import { eventually, until } from './harness/until';

const say = (text: string): Block => ({ type: 'text', text });
const use = (name: string, input: Record<string, unknown>): Block => ({ type: 'tool_use', name, input });
const bash = (command: string): Block => use('Bash', { command, description: 'a command' });

/** The program that ccbot installs as the agents' hook. */
const HOOK = join(__dirname, '..', '..', 'packages/worker/dist/hook.js');

/** Longer than a record may be older than the hook that names its transcript. */
const SLOW = 'sleep 3';

/** What the model does, step by step, in the turn of each prompt. */
const TURNS: Readonly<Record<string, readonly Block[][]>> = {
  'enter the worktree': [
    [say('ENTER-1'), use('EnterWorktree', { name: 'feature' })],
    [say('ENTER-2'), bash(SLOW)],
    [say('ENTER-3'), bash(SLOW)],
    [say('ENTER-4')],
  ],
  'leave the worktree': [
    [say('LEAVE-1'), use('ExitWorktree', { action: 'keep' })],
    [say('LEAVE-2'), bash(SLOW)],
    [say('LEAVE-3')],
  ],
  'work in the shell': [
    [say('SHELL-1'), bash('mkdir -p src && cd src')],
    [say('SHELL-2'), bash('pwd')],
    [say('SHELL-3')],
  ],
};

function play({ body, tools }: ModelRequest): { blocks: Block[] } | null {
  if (tools.length === 0) return null;
  const messages = body['messages'] as { role: string; content: unknown }[];
  const texts = messages.map(({ role, content }) => (role === 'user' ? JSON.stringify(content) : ''));
  const start = texts.findLastIndex((text) => text !== '' && !text.includes('"tool_result"'));
  const prompt = Object.keys(TURNS).find((known) => texts[start]?.includes(known) === true);
  if (prompt === undefined) return null;
  const step = messages.slice(start).filter(({ role }) => role === 'assistant').length;
  return { blocks: TURNS[prompt]?.[step] ?? [say('nothing more')] };
}

/** The transcripts of all projects. */
function transcripts(system: System): string[] {
  const folder = join(system.home, '.claude/projects');
  return readdirSync(folder).flatMap((project) =>
    readdirSync(join(folder, project))
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => join(folder, project, name)),
  );
}

async function saysAll(system: System, texts: readonly string[]): Promise<void> {
  for (const text of texts) await botSays(system, text);
}

describe('an agent that moves', () => {
  let system: System;
  const worktree = (): string => join(system.project, '.claude/worktrees/feature');
  const other = (): string => join(system.dir, 'other');

  beforeAll(async () => {
    system = await prepareSystem({
      settings: { CLAUDE_FLAGS: '--permission-mode bypassPermissions' },
      rules: [play],
    });
    execFileSync('git', ['init', '-q', system.project]);
    const commit = ['commit', '-q', '--allow-empty', '-m', 'first'];
    execFileSync('git', ['-C', system.project, '-c', 'user.name=a', '-c', 'user.email=a@b', ...commit]);
    mkdirSync(other());
    system.supervise();
    await startSession(system);
  });
  afterAll(() => system.stop());

  /** Sends a file, and waits until the agent has it. */
  const upload = async (name: string): Promise<void> => {
    const bytes = Buffer.from(`the content of ${name}`);
    system.telegram.owner.upload({ name, mime: 'text/plain', bytes });
    await botSays(system, name);
  };
  const inboxOf = (directory: string): string[] => {
    const inbox = join(directory, '.ccbot-inbox');
    return existsSync(inbox) ? readdirSync(inbox) : [];
  };
  const hasButton = (text: string): boolean =>
    system.telegram.owner.fromBot().some((m) => m.keyboard.flat().some((button) => button.text === text));
  const window = (): string =>
    system
      .tmux('list-panes', '-a', '-F', '#{pane_id} #{@ccbot_session}')
      .split('\n')
      .find((line) => / \S/.test(line))
      ?.split(' ')[0] ?? '';
  const keys = (...pressed: string[]): void => void system.tmux('send-keys', '-t', window(), ...pressed);
  const screen = (): string => system.tmux('capture-pane', '-p', '-t', window());

  /** Runs the command as the agent would. */
  function sendFile(path: string): Promise<number | null> {
    const session = system
      .tmux('list-panes', '-a', '-F', '#{@ccbot_session}')
      .trim()
      .split('\n')
      .find((id) => id !== '');
    const child = spawn(process.execPath, [CCBOT, 'send-file', path], {
      cwd: system.project,
      env: { ...system.env, TELEGRAM_BOT_TOKEN: '', CCBOT_SESSION: session },
      stdio: 'ignore',
    });
    return new Promise((resolve) => child.on('close', resolve));
  }

  it('loses no line of a turn in which it enters a worktree, and none when it leaves it', async () => {
    system.telegram.owner.say('enter the worktree');
    await saysAll(system, ['ENTER-1', 'ENTER-2', 'ENTER-3', 'ENTER-4']);
    expect(transcripts(system)).toHaveLength(1);
    expect(transcripts(system)[0]).toContain('worktrees-feature');
    await system.telegram.waitFor(() => count(system, 'ENTER-1') === 1); // its card goes after the answer
  });

  it('has the files it is sent in the worktree', async () => {
    await upload('for-the-worktree.txt');
    expect(inboxOf(worktree()).join()).toContain('for-the-worktree');
    expect(inboxOf(system.project)).toEqual([]);
  });

  it('loses no line when it leaves the worktree', async () => {
    system.telegram.owner.say('leave the worktree');
    await saysAll(system, ['LEAVE-1', 'LEAVE-2', 'LEAVE-3']);
    expect(transcripts(system)[0]).not.toContain('worktrees-feature');
  });

  it('keeps its directory when it only changes that of its shell', async () => {
    system.telegram.owner.say('work in the shell');
    await saysAll(system, ['SHELL-1', 'SHELL-2', 'SHELL-3']);
    await upload('for-the-project.txt');
    expect(inboxOf(system.project).join()).toContain('for-the-project');
    expect(inboxOf(join(system.project, 'src'))).toEqual([]);
  });

  it('is followed when it moves at the terminal with /cd', async () => {
    await until(() => /^❯\s*$/m.test(screen()), screen);
    keys('-l', `/cd ${other()}`);
    keys('Enter');
    await until(() => screen().includes('Yes, move here'), screen);
    keys('Down');
    await until(() => screen().includes('❯ Yes, move here'), screen);
    await until(() => {
      // The dialog ignores keys in its first moment.
      if (screen().includes('❯ Yes, move here')) keys('Enter');
      return transcripts(system)[0]?.includes('-other/') === true;
    }, screen);
    system.telegram.owner.say('what is here?');
    await botSays(system, 'You said: what is here?');
    await upload('for-the-other.txt');
    expect(inboxOf(other()).join()).toContain('for-the-other');
    writeFileSync(join(other(), 'result.txt'), 'a result');
    expect(await sendFile(join(other(), 'result.txt'))).toBe(0);
  });

  it('gets its files into its directory even when that was renamed', async () => {
    const renamed = join(system.dir, 'renamed');
    renameSync(other(), renamed);
    await upload('for-the-renamed.txt');
    expect(inboxOf(renamed).join()).toContain('for-the-renamed');
    expect(existsSync(other())).toBe(false);
    renameSync(renamed, other());
  });

  it('is restored where it was last, with its whole past', async () => {
    system.telegram.owner.say('/done');
    await botSays(system, 'is done and archived');
    system.telegram.owner.say('/archive');
    await botSays(system, 'Archive');
    system.telegram.owner.tap('1');
    const details = await botSays(system, `“enter the worktree”`);
    expect(details.text).toContain(other());
    await system.telegram.waitFor(() => hasButton('▶ Restore'));
    system.telegram.owner.tap('▶ Restore');
    system.telegram.owner.say('are you back?');
    await botSays(system, 'You said: are you back?');
    expect(transcripts(system)).toHaveLength(1);
    expect(readFileSync(transcripts(system)[0] ?? '', 'utf8')).toContain('enter the worktree');
    expect(system.tmux('list-panes', '-a', '-F', '#{pane_current_path}')).toContain(other());
    system.telegram.owner.say('/history');
    await botSays(system, 'are you back?');
    expect(count(system, 'ENTER-1')).toBeLessThanOrEqual(2); // the answer, and perhaps the page
  });
});

describe('a hook that names a transcript that does not exist', () => {
  let system: System;
  beforeAll(async () => {
    const wrong = String.raw`sed 's#/projects/-#/projects/wrong-#'`;
    const hook = `${wrong} | '${process.execPath}' '${HOOK}' claude`;
    system = await prepareSystem({
      installHooks: false,
      hooks: { SessionStart: hook, UserPromptSubmit: hook, Stop: hook },
    });
    system.supervise();
    await startSession(system);
  });
  afterAll(() => system.stop());

  it('does not keep the answers from the chat', async () => {
    system.telegram.owner.say('one');
    await botSays(system, 'You said: one');
    system.telegram.owner.say('two');
    await botSays(system, 'You said: two');
  });

  it('does not keep them from it after another session was begun either', async () => {
    system.telegram.owner.say('/clear');
    await until(() => system.tmux('list-panes', '-a').length > 0);
    system.telegram.owner.say('three');
    await botSays(system, 'You said: three');
    await eventually(() => expect(transcripts(system)).toHaveLength(2));
  });
});
