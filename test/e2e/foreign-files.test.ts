import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { botMessages, botSays } from './harness/chat';
import { AT_ONCE } from './harness/script';
import { CCBOT, OWNER, prepareSystem, type System } from './harness/system';

const root = join(__dirname, '..', '..');
const SCRIPTED = join(root, 'packages/sandbox/bin/ccbot-scripted-agent.js');
const HOOK = join(root, 'packages/worker/dist/hook.js');

/** What nothing may show and no file that arrives may hold. */
const SECRET = 'words-of-a-private-key';

/** The most memory of the worker, bytes. It takes some 100 MB; one read of a device took 1.2 GB. */
const MEMORY_MAX = 400 * 1024 * 1024;

let system: System;
/** A directory from which nothing may be sent: not the session's, and not below the one for temporary files. */
let outside: string;
let children: ChildProcess[];
beforeEach(async () => {
  children = [];
  outside = mkdtempSync('/var/tmp/ccbot-outside-');
  writeFileSync(join(outside, 'notes.txt'), `${SECRET}\n`);
  system = await prepareSystem({
    settings: { CLAUDE_COMMAND: `"${process.execPath}" "${SCRIPTED}"`, CLAUDE_FLAGS: '' },
    script: AT_ONCE,
  });
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await system.stop();
  rmSync(outside, { recursive: true, force: true });
});

const inProject = (...names: string[]): string => join(system.project, ...names);

async function openSession(): Promise<string> {
  system.supervise();
  system.telegram.owner.say(`/new demo ${system.project}`);
  system.telegram.owner.say('hello');
  await botSays(system, 'done');
  return system.tmux('list-panes', '-a', '-F', '#{@ccbot_session}').trim();
}

/** The largest size that the worker has had in memory, bytes. */
function peakOfWorker(): number {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      const env = readFileSync(`/proc/${pid}/environ`, 'utf8');
      if (!argv.includes('ccbot-worker') || !env.includes(system.ccbotDir) || !env.includes('CCBOT_LOCK_FD'))
        continue;
      return Number(/^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
    } catch {
      continue; // it has ended
    }
  }
  throw new Error('no worker');
}

/** Runs a program of ccbot in the project, as the agent would. */
function run(program: string, args: readonly string[], session: string, input = ''): Promise<string> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: system.project,
    env: { ...system.env, TELEGRAM_BOT_TOKEN: '', CCBOT_SESSION: session },
  });
  children.push(child);
  let out = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (d: Buffer) => (out += d.toString()));
  child.stdin.end(input);
  return new Promise((resolve) => child.on('close', () => resolve(out)));
}

it('lists the commands of a repository whose files are devices, pipes and links out of it', async () => {
  mkdirSync(inProject('.git'), { recursive: true });
  mkdirSync(inProject('.claude/commands'), { recursive: true });
  mkdirSync(inProject('.claude/skills/waits'), { recursive: true });
  symlinkSync('/dev/zero', inProject('.claude/settings.json'));
  execFileSync('mkfifo', [
    inProject('.claude/settings.local.json'),
    inProject('.claude/skills/waits/SKILL.md'),
  ]);
  symlinkSync('/dev/zero', inProject('.claude/commands/endless.md'));
  symlinkSync(join(outside, 'notes.txt'), inProject('.claude/commands/key.md'));
  symlinkSync(outside, inProject('.claude/commands/out'));
  writeFileSync(inProject('.claude/commands/good.md'), 'A good command');
  const session = await openSession();
  const menu = () => system.telegram.state.commandsFor(OWNER);
  await system.telegram.waitFor(() => menu().some(({ command }) => command === 'good'));
  expect(menu().map(({ command }) => command)).not.toContain('key');
  expect(JSON.stringify(menu())).not.toContain(SECRET);
  expect(peakOfWorker()).toBeLessThan(MEMORY_MAX);

  // A hook may name anything as the transcript.
  execFileSync('mkfifo', [inProject('pipe.jsonl')]);
  for (const [i, path] of ['/dev/zero', inProject('pipe.jsonl'), system.project, '/dev/tty'].entries()) {
    const payload = {
      hook_event_name: 'SessionStart',
      session_id: `other-${i}`,
      transcript_path: path,
      cwd: '/',
    };
    await run(HOOK, ['claude'], session, JSON.stringify(payload));
    // It never replaces a transcript that is one.
    const asked = system.telegram.owner.say('/history');
    await system.telegram.waitFor(() => botMessages(system, '(the beginning)').some((m) => m.id > asked));
  }
  expect(peakOfWorker()).toBeLessThan(MEMORY_MAX);
});

/** Replaces, without end, a file and a directory of the project by links to the outside, and by other things. */
const RACE = `
  const fs = require('node:fs'), { execFileSync } = require('node:child_process');
  const [project, outside] = process.argv.slice(1);
  process.chdir(project);
  const quiet = (act) => { try { act(); } catch {} };
  const file = 'race.txt', dir = 'race';
  execFileSync('mkfifo', ['pipe']);
  fs.mkdirSync('real'); fs.writeFileSync('real/notes.txt', 'inside');
  let n = 0;
  const inside = () => { fs.writeFileSync('new', 'inside ' + n++); fs.renameSync('new', file); };
  const link = () => { fs.symlinkSync(outside + '/notes.txt', 'new'); fs.renameSync('new', file); };
  const hard = () => { fs.linkSync(outside + '/notes.txt', 'new'); fs.renameSync('new', file); };
  const pipe = () => { fs.linkSync('pipe', 'new'); fs.renameSync('new', file); };
  const linkDir = () => { quiet(() => fs.renameSync(dir, 'real')); quiet(() => fs.symlinkSync(outside, dir)); };
  const realDir = () => { quiet(() => fs.unlinkSync(dir)); quiet(() => fs.renameSync('real', dir)); };
  const acts = [inside, realDir, link, linkDir, inside, realDir, hard, linkDir, inside, realDir, pipe, linkDir];
  console.log('racing');
  for (let i = 0; process.ppid > 1; i++) quiet(acts[i % acts.length]);
`;

it('sends nothing from outside while files, links and directories change places', async () => {
  const session = await openSession();
  const racer = spawn(process.execPath, ['-e', RACE, system.project, outside]);
  children.push(racer);
  await new Promise((resolve) => racer.stdout.once('data', resolve));
  const paths = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 'race.txt' : 'race/notes.txt'));
  let report = '';
  const isComplete = (): boolean =>
    /^ok .*race\.txt: sent/m.test(report) && /^FAILED .*: not sent/m.test(report);
  for (let i = 0; i < 5 || (!isComplete() && i < 40); i++)
    report += await run(CCBOT, ['send-file', ...paths], session);
  const received = system.telegram.owner.fromBot().flatMap(({ media }) => media?.file.bytes.toString() ?? []);
  expect(received.length).toBeGreaterThan(0);
  for (const content of received) expect(content).toMatch(/^inside/);
  // The race was one: files were sent, and others refused.
  expect(report).toMatch(/^ok .*race\.txt: sent/m);
  expect(report).toMatch(/^FAILED .*: not sent/m);

  expect(peakOfWorker()).toBeLessThan(MEMORY_MAX);
});
