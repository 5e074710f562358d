import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import { botMessages, botSays } from './harness/chat';
import { prepareMachines, type Machine, type Machines } from './harness/machines';
import { runProgram } from './harness/run-program';
import { workerPid } from './harness/system';
import { until } from './harness/until';

jest.setTimeout(180_000);

const AGENT = join(__dirname, '..', '..', 'packages/sandbox/bin/ccbot-scripted-agent.js');
const BRANCH = 'cart';

/** The beginning of what the agent on the other machine is told. */
const ARRIVAL = 'This session continues on the machine bob';

let cluster: Machines;
let ada: Machine;
let bob: Machine;
afterEach(async () => {
  await cluster.stop();
});

const owner = () => cluster.system.telegram.owner;
const shop = (machine: Machine): string => join(machine.env['HOME'] ?? '', 'shop');
const remote = (): string => join(cluster.system.dir, 'remote.git');

/** Runs git as the user of a machine. */
function git(cwd: string, ...args: string[]): string {
  const env = {
    PATH: '/usr/bin:/bin',
    HOME: cwd,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.org',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.org',
  };
  const { status, stdout, stderr } = spawnSync('git', args, { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}

function commit(dir: string, file: string): string {
  writeFileSync(join(dir, file), `${file}\n`);
  git(dir, 'add', '.');
  git(dir, 'commit', '-q', '-m', `Add ${file}`);
  return git(dir, 'rev-parse', 'HEAD');
}

/** A clone of the same bare repository on both machines, in the same place of each home, on the branch `main`. */
function createClones(): void {
  mkdirSync(remote());
  git(remote(), 'init', '-q', '--bare', '-b', 'main');
  git(shopParent(ada), 'clone', '-q', remote(), 'shop');
  git(shop(ada), 'checkout', '-q', '-b', 'main');
  commit(shop(ada), 'README');
  git(shop(ada), 'push', '-q', 'origin', 'main');
  git(shopParent(bob), 'clone', '-q', remote(), 'shop');
}
const shopParent = (machine: Machine): string => machine.env['HOME'] ?? '';

/** Two machines with the scripted agent, of which `ada` polls, and a session `shop` of hers that has worked. */
async function prepare(options: { clones?: () => void; before?: () => void } = {}): Promise<void> {
  cluster = await prepareMachines(['ada', 'bob'], {
    settings: { CLAUDE_COMMAND: `"${process.execPath}" "${AGENT}"`, CLAUDE_FLAGS: '' },
  });
  [ada, bob] = cluster.machines as [Machine, Machine];
  const script = join(cluster.system.dir, 'script.json');
  writeFileSync(
    script,
    JSON.stringify({ turns: [{ match: '.', steps: [{ do: 'say', text: 'it is built' }] }] }),
  );
  for (const machine of [ada, bob]) {
    machine.env['CCBOT_SCRIPT'] = script;
    mkdirSync(shop(machine), { recursive: true });
    const { code, stderr } = await runProgram(
      { ...cluster.system, env: machine.env },
      cluster.system.programs.worker,
      'hook',
      '--install',
      '--agent',
      'all',
    );
    if (code !== 0) throw new Error(stderr);
  }
  if (options.clones !== undefined) {
    for (const machine of [ada, bob]) rmSync(shop(machine), { recursive: true });
    options.clones();
  }
  options.before?.();
  ada.supervise();
  await cluster.pollerAfter(0);
  await startBob();
  owner().say(`/new ada:shop ${shop(ada)}`);
  await botSays(cluster.system, 'ready');
  owner().say('build the cart');
  await botSays(cluster.system, 'it is built');
}

async function startBob(): Promise<void> {
  const before = bob.joins();
  bob.supervise();
  await bob.joined(before);
}

/** What the agents of a machine were told. */
function promptsOf(machine: Machine): string[] {
  const folder = join(machine.env['HOME'] ?? '', '.claude/projects');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean))
    .map((line) => JSON.parse(line) as { type: string; message?: { content: unknown } })
    .flatMap(({ type, message }) =>
      type === 'user' && typeof message?.content === 'string' ? [message.content] : [],
    );
}
const arrivals = (): string[] => promptsOf(bob).filter((prompt) => prompt.startsWith(ARRIVAL));

/** Nothing of the handover is left on the cluster or under way, and the agent was told once. */
async function arrivedOnce(): Promise<string> {
  await until(
    () => arrivals().length > 0,
    () => `${ada.log()}\n${bob.log()}`,
    60_000,
  );
  await botSays(cluster.system, 'Continued as');
  expect(botMessages(cluster.system, 'Continued as')).toHaveLength(1);
  expect(arrivals()).toHaveLength(1);
  return arrivals()[0] ?? '';
}

const question = (text = 'Continue shop on bob'): Promise<ChatMessage> => botSays(cluster.system, text);

/** Puts a program in front of git on a machine that stops in `verb` until `release` is called. */
function holdGit(machine: Machine, verb: string): { reached: () => boolean; release: () => void } {
  const folder = join(cluster.system.dir, `git-${machine.host}`);
  mkdirSync(folder, { recursive: true });
  const [reached, go] = [join(folder, 'reached'), join(folder, 'go')];
  const script = [
    '#!/bin/sh',
    `case " $* " in *" ${verb} "*) touch ${reached}; while ! [ -e ${go} ]; do sleep 0.05; done ;; esac`,
    'exec /usr/bin/git "$@"',
  ];
  writeFileSync(join(folder, 'git'), `${script.join('\n')}\n`);
  chmodSync(join(folder, 'git'), 0o755);
  machine.env['PATH'] = `${folder}:${machine.env['PATH'] ?? ''}`;
  return { reached: () => existsSync(reached), release: () => writeFileSync(go, '') };
}

/** A handover of a commit that the user has confirmed, and in which git stops in `verb` on a machine. */
async function confirmedUntil(
  verb: string,
  machine: () => Machine,
): Promise<{ head: string; release: () => void }> {
  let held = { reached: () => false, release: () => undefined as void };
  await prepare({ clones: createClones, before: () => (held = holdGit(machine(), verb)) });
  const head = commit(shop(ada), 'cart.ts');
  owner().say('/handover bob:');
  owner().tap('Push and continue', (await question()).id);
  await until(held.reached);
  return { head, release: held.release };
}

describe('/handover host:', () => {
  it('continues there after the push was confirmed, and names what stays behind', async () => {
    await prepare({ clones: createClones });
    git(shop(ada), 'checkout', '-q', '-b', BRANCH);
    commit(shop(ada), 'cart.ts');
    const head = commit(shop(ada), 'tax.ts');
    writeFileSync(join(shop(ada), 'notes.txt'), 'not committed');
    owner().say('/handover bob:');
    const asked = await question();
    for (const part of ['2 commits', BRANCH, head.slice(0, 12), 'origin', remote(), 'notes.txt', shop(bob)])
      expect(asked.text).toContain(part);
    // Nothing was pushed or started so far.
    expect(git(remote(), 'branch', '--list', BRANCH)).toBe('');
    owner().tap('Push and continue', asked.id);
    const prompt = await arrivedOnce();
    expect(git(remote(), 'rev-parse', BRANCH)).toBe(head);
    expect(git(shop(bob), 'rev-parse', `origin/${BRANCH}`)).toBe(head);
    // The directory of the other machine is as it was.
    expect(git(shop(bob), 'rev-parse', '--abbrev-ref', 'HEAD')).toBe('main');
    for (const part of [
      'on the machine ada',
      'build the cart',
      'it is built',
      'notes.txt',
      `origin/${BRANCH}`,
    ])
      expect(prompt).toContain(part);
    const told = await botSays(cluster.system, 'Continued as');
    expect(told.text).toContain('bob');
    // The old session is as it was.
    owner().say('/sessions');
    await botSays(cluster.system, 'Tap one to write to it');
    expect(ada.tmux('list-windows', '-a')).toContain('shop');
    expect(bob.tmux('list-windows', '-a')).toContain('shop');
    expect(botMessages(cluster.system, 'Push and continue')).toEqual([]);
  });

  it('asks nothing when nothing stays behind, and moves a clean clone forward', async () => {
    await prepare({ clones: createClones });
    const head = commit(shop(ada), 'cart.ts');
    git(shop(ada), 'push', '-q', 'origin', 'main');
    owner().say('/handover bob:');
    await arrivedOnce();
    expect(git(shop(bob), 'rev-parse', 'HEAD')).toBe(head);
    expect((await botSays(cluster.system, 'Continued as')).text).toContain('main');
  });

  it('pushes nothing when it is canceled, when the branch has moved on, or when the remote has other commits', async () => {
    await prepare({ clones: createClones });
    commit(shop(ada), 'cart.ts');
    const before = git(remote(), 'rev-parse', 'main');
    owner().say('/handover bob:');
    owner().tap('Cancel', (await question()).id);
    await botSays(cluster.system, 'Nothing was handed over');
    owner().say('/handover bob:');
    const first = await question();
    const head = commit(shop(ada), 'tax.ts');
    owner().tap('Push and continue', first.id);
    await botSays(cluster.system, 'has changed since I asked');
    const second = await question(head.slice(0, 12));
    expect(git(remote(), 'rev-parse', 'main')).toBe(before);
    // Somebody else pushes meanwhile: what was confirmed is refused, and nothing is forced.
    const theirs = commit(shop(bob), 'theirs.ts');
    git(shop(bob), 'push', '-q', 'origin', 'main');
    owner().tap('Push and continue', second.id);
    const third = await question('has commits that this machine does not have');
    expect(git(remote(), 'rev-parse', 'main')).toBe(theirs);
    owner().tap('Continue there', third.id);
    await arrivedOnce();
    expect(git(remote(), 'rev-parse', 'main')).toBe(theirs);
  });
});

describe('/handover host: says what happened and what to do', () => {
  it('when it names what is not there', async () => {
    await prepare();
    const expected: [command: string, answer: string][] = [
      ['/handover cyd:', 'There is no machine cyd. You have: ada, bob'],
      ['/handover ada:', 'shop · ada is on ada already'],
      ['/handover bob: @codex', 'bob has no codex. Send one of these: /handover bob: @claude'],
      ['/handover bob:nothing', 'nothing'],
    ];
    for (const [command, answer] of expected) {
      owner().say(command);
      await botSays(cluster.system, answer);
    }
    rmSync(shop(bob), { recursive: true });
    rmSync(join(shop(ada)), { recursive: true });
    owner().say('/handover bob:');
    await botSays(cluster.system, `bob has no directory ${shop(ada)}. Create it there`);
    await bob.stop();
    await until(async () => {
      owner().say('/handover bob:');
      return botMessages(cluster.system, 'bob is away since').length > 0;
    });
    expect(arrivals()).toEqual([]);
  });

  it('when the other machine stands still, which starts nothing when it continues', async () => {
    await prepare();
    // Without its supervisor, which would kill a worker that stands still.
    const pids = [bob.supervisor().child.pid ?? 0, workerPid(bob.supervisor())];
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    owner().say('/handover bob:');
    await botSays(cluster.system, 'nothing was started there');
    for (const pid of pids) process.kill(pid, 'SIGCONT');
    // It is asked again as soon as it is known to be back, and takes only that one.
    const heard = (): number => botMessages(cluster.system, 'bob is away').length;
    let before = -1;
    await until(() => {
      const isContinued = botMessages(cluster.system, 'Continued as').length > 0;
      if (!isContinued && heard() !== before) owner().say('/handover bob:');
      before = heard();
      return isContinued;
    });
    await arrivedOnce();
  });

  it('when its repository makes git run programs, which do not run', async () => {
    await prepare({ clones: createClones });
    commit(shop(ada), 'cart.ts');
    const proof = join(cluster.system.dir, 'it-ran');
    git(shop(ada), 'config', 'filter.x.clean', `touch ${proof}`);
    writeFileSync(join(shop(ada), '.gitattributes'), '* filter=x\n');
    writeFileSync(join(shop(ada), '.git/hooks/pre-push'), `#!/bin/sh\ntouch ${proof}\n`, { mode: 0o755 });
    git(shop(ada), 'config', 'core.fsmonitor', `touch ${proof}`);
    rmSync(proof, { force: true });
    owner().say('/handover bob:');
    const asked = await question('make git run other programs');
    expect(asked.text).toContain('filter.x.clean');
    git(shop(ada), 'config', '--unset', 'filter.x.clean');
    owner().tap('Continue there', asked.id);
    const again = await question('I will push');
    owner().tap('Push and continue', again.id);
    await arrivedOnce();
    expect(existsSync(proof)).toBe(false);
  });
});

describe('/handover host: loses nothing and does nothing twice', () => {
  it('when this machine is killed while it pushes', async () => {
    const { head, release } = await confirmedUntil('push', () => ada);
    await ada.kill();
    release();
    ada.supervise();
    await arrivedOnce();
    expect(git(remote(), 'rev-parse', 'main')).toBe(head);
  });

  it('when the other machine is killed while it fetches', async () => {
    const { head, release } = await confirmedUntil('fetch', () => bob);
    await bob.kill();
    release();
    await startBob();
    await arrivedOnce();
    expect(git(shop(bob), 'rev-parse', 'HEAD')).toBe(head);
  });

  it('when the cluster goes away while it pushes, and both machines are killed after that', async () => {
    const { head, release } = await confirmedUntil('push', () => ada);
    await cluster.nats.kill();
    release();
    await until(() => git(remote(), 'rev-parse', 'main') === head);
    await until(() => ada.log().includes('handover: '));
    await ada.kill();
    await bob.kill();
    await cluster.nats.start();
    ada.supervise();
    await startBob();
    await arrivedOnce();
  });
});
