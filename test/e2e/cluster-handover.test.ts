import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import { botMessages, botSays } from './harness/chat';
import { withMachines, type Machine, type Machines } from './harness/machines';
import { runProgram } from './harness/run-program';
import { workerPid } from './harness/system';
import { until } from './harness/until';

jest.setTimeout(180_000);

const AGENT = join(__dirname, '..', '..', 'packages/sandbox/bin/ccbot-scripted-agent.js');
const BRANCH = 'cart';

/** The beginning of what the agent on the other machine is told. */
const ARRIVAL = 'This session continues on the machine bob';

/** Two machines of a test's own, so that several tests can run at the same time. */
interface World {
  cluster: Machines;
  ada: Machine;
  bob: Machine;
}

const owner = ({ cluster }: World) => cluster.system.telegram.owner;
const shop = (machine: Machine): string => join(machine.env['HOME'] ?? '', 'shop');
const remote = ({ cluster }: World): string => join(cluster.system.dir, 'remote.git');

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
function createClones(world: World): void {
  const { ada, bob } = world;
  mkdirSync(remote(world));
  git(remote(world), 'init', '-q', '--bare', '-b', 'main');
  git(shopParent(ada), 'clone', '-q', remote(world), 'shop');
  git(shop(ada), 'checkout', '-q', '-b', 'main');
  commit(shop(ada), 'README');
  git(shop(ada), 'push', '-q', 'origin', 'main');
  git(shopParent(bob), 'clone', '-q', remote(world), 'shop');
}
const shopParent = (machine: Machine): string => machine.env['HOME'] ?? '';

/** Runs a test on two machines with the scripted agent, and with clones where they are wanted. */
const onMachines =
  (test: (world: World) => Promise<void>, clones?: (world: World) => void) => (): Promise<void> =>
    withMachines(
      ['ada', 'bob'],
      async (cluster) => {
        const [ada, bob] = cluster.machines as [Machine, Machine];
        const world = { cluster, ada, bob };
        for (const { env } of [ada, bob]) await installHooks(cluster, env);
        if (clones === undefined) for (const machine of [ada, bob]) mkdirSync(shop(machine));
        else clones(world);
        await test(world);
      },
      {
        settings: { CLAUDE_COMMAND: `"${process.execPath}" "${AGENT}"`, CLAUDE_FLAGS: '' },
        script: { turns: [{ match: '.', steps: [{ do: 'say', text: 'it is built' }] }] },
      },
    );

async function installHooks({ system }: Machines, env: Machine['env']): Promise<void> {
  const args = ['hook', '--install', '--agent', 'all'];
  const { code, stderr } = await runProgram({ ...system, env }, system.programs.worker, ...args);
  if (code !== 0) throw new Error(stderr);
}

/** Starts both machines, of which `ada` polls, and a session `shop` of hers, and waits until that has worked. */
async function begin(world: World): Promise<void> {
  const { cluster, ada } = world;
  ada.supervise();
  await cluster.pollerAfter(0);
  await startBob(world);
  owner(world).say(`/new ada:shop ${shop(ada)}`);
  await botSays(cluster.system, 'ready');
  owner(world).say('build the cart');
  await botSays(cluster.system, 'it is built');
}

async function startBob({ bob }: World): Promise<void> {
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
const arrivals = ({ bob }: World): string[] => promptsOf(bob).filter((prompt) => prompt.startsWith(ARRIVAL));

/** Nothing of the handover is left on the cluster or under way, and the agent was told once. */
async function arrivedOnce(world: World): Promise<string> {
  const { cluster, ada, bob } = world;
  await until(
    () => arrivals(world).length > 0,
    () => `${ada.log()}\n${bob.log()}`,
  );
  await botSays(cluster.system, 'Continued as');
  expect(botMessages(cluster.system, 'Continued as')).toHaveLength(1);
  expect(arrivals(world)).toHaveLength(1);
  return arrivals(world)[0] ?? '';
}

const question = ({ cluster }: World, text = 'Continue shop on bob'): Promise<ChatMessage> =>
  botSays(cluster.system, text);

/** Puts a program in front of git on a machine that stops in `verb` until `release` is called. */
function holdGit(
  { cluster }: World,
  machine: Machine,
  verb: string,
): { reached: () => boolean; release: () => void } {
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
  world: World,
  verb: string,
  machine: Machine,
): Promise<{ head: string; release: () => void }> {
  const { reached, release } = holdGit(world, machine, verb);
  await begin(world);
  const head = commit(shop(world.ada), 'cart.ts');
  owner(world).say('/handover bob:');
  owner(world).tap('Push and continue', (await question(world)).id);
  await until(reached);
  return { head, release };
}

// All at the same time, as one of them mostly waits.

it.concurrent(
  '/handover host: continues there after the push was confirmed, and names what stays behind',
  onMachines(async (world) => {
    const { cluster, ada, bob } = world;
    await begin(world);
    git(shop(ada), 'checkout', '-q', '-b', BRANCH);
    commit(shop(ada), 'cart.ts');
    const head = commit(shop(ada), 'tax.ts');
    writeFileSync(join(shop(ada), 'notes.txt'), 'not committed');
    owner(world).say('/handover bob:');
    const asked = await question(world);
    for (const part of [
      '2 commits',
      BRANCH,
      head.slice(0, 12),
      'origin',
      remote(world),
      'notes.txt',
      shop(bob),
    ])
      expect(asked.text).toContain(part);
    // Nothing was pushed or started so far.
    expect(git(remote(world), 'branch', '--list', BRANCH)).toBe('');
    owner(world).tap('Push and continue', asked.id);
    const prompt = await arrivedOnce(world);
    expect(git(remote(world), 'rev-parse', BRANCH)).toBe(head);
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
    owner(world).say('/sessions');
    await botSays(cluster.system, 'Tap one to write to it');
    expect(ada.tmux('list-windows', '-a')).toContain('shop');
    expect(bob.tmux('list-windows', '-a')).toContain('shop');
    expect(botMessages(cluster.system, 'Push and continue')).toEqual([]);
  }, createClones),
);

it.concurrent(
  '/handover host: asks nothing when nothing stays behind, and moves a clean clone forward',
  onMachines(async (world) => {
    const { cluster, ada, bob } = world;
    await begin(world);
    const head = commit(shop(ada), 'cart.ts');
    git(shop(ada), 'push', '-q', 'origin', 'main');
    owner(world).say('/handover bob:');
    await arrivedOnce(world);
    expect(git(shop(bob), 'rev-parse', 'HEAD')).toBe(head);
    expect((await botSays(cluster.system, 'Continued as')).text).toContain('main');
  }, createClones),
);

it.concurrent(
  '/handover host: pushes nothing when it is canceled, when the branch has moved on, or when the remote has other commits',
  onMachines(async (world) => {
    const { cluster, ada, bob } = world;
    await begin(world);
    commit(shop(ada), 'cart.ts');
    const before = git(remote(world), 'rev-parse', 'main');
    owner(world).say('/handover bob:');
    owner(world).tap('Cancel', (await question(world)).id);
    await botSays(cluster.system, 'Nothing was handed over');
    owner(world).say('/handover bob:');
    const first = await question(world);
    const head = commit(shop(ada), 'tax.ts');
    owner(world).tap('Push and continue', first.id);
    await botSays(cluster.system, 'has changed since I asked');
    const second = await question(world, head.slice(0, 12));
    expect(git(remote(world), 'rev-parse', 'main')).toBe(before);
    // Somebody else pushes meanwhile: what was confirmed is refused, and nothing is forced.
    const theirs = commit(shop(bob), 'theirs.ts');
    git(shop(bob), 'push', '-q', 'origin', 'main');
    owner(world).tap('Push and continue', second.id);
    const third = await question(world, 'has commits that this machine does not have');
    expect(git(remote(world), 'rev-parse', 'main')).toBe(theirs);
    owner(world).tap('Continue there', third.id);
    await arrivedOnce(world);
    expect(git(remote(world), 'rev-parse', 'main')).toBe(theirs);
  }, createClones),
);

it.concurrent(
  '/handover host: says what happened and what to do when it names what is not there',
  onMachines(async (world) => {
    const { cluster, ada, bob } = world;
    await begin(world);
    const expected: [command: string, answer: string][] = [
      ['/handover cyd:', 'There is no machine cyd. You have: ada, bob'],
      ['/handover ada:', 'shop · ada is on ada already'],
      ['/handover bob: @codex', 'bob has no codex. Send one of these: /handover bob: @claude'],
      ['/handover bob:nothing', 'nothing'],
    ];
    for (const [command, answer] of expected) {
      owner(world).say(command);
      await botSays(cluster.system, answer);
    }
    rmSync(shop(bob), { recursive: true });
    rmSync(join(shop(ada)), { recursive: true });
    owner(world).say('/handover bob:');
    await botSays(cluster.system, `bob has no directory ${shop(ada)}. Create it there`);
    await bob.stop();
    await until(async () => {
      owner(world).say('/handover bob:');
      return botMessages(cluster.system, 'bob is away since').length > 0;
    });
    expect(arrivals(world)).toEqual([]);
  }),
);

it.concurrent(
  '/handover host: says what happened and what to do when the other machine stands still, which starts nothing when it continues',
  onMachines(async (world) => {
    const { cluster, bob } = world;
    await begin(world);
    // Without its supervisor, which would kill a worker that stands still.
    const pids = [bob.supervisor().child.pid ?? 0, workerPid(bob.supervisor())];
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    owner(world).say('/handover bob:');
    await botSays(cluster.system, 'nothing was started there');
    for (const pid of pids) process.kill(pid, 'SIGCONT');
    // It is asked again as soon as it is known to be back, and takes only that one.
    const heard = (): number => botMessages(cluster.system, 'bob is away').length;
    let before = -1;
    await until(() => {
      const isContinued = botMessages(cluster.system, 'Continued as').length > 0;
      if (!isContinued && heard() !== before) owner(world).say('/handover bob:');
      before = heard();
      return isContinued;
    });
    await arrivedOnce(world);
  }),
);

it.concurrent(
  '/handover host: says what happened and what to do when its repository makes git run programs, which do not run',
  onMachines(async (world) => {
    const { cluster, ada } = world;
    await begin(world);
    commit(shop(ada), 'cart.ts');
    const proof = join(cluster.system.dir, 'it-ran');
    git(shop(ada), 'config', 'filter.x.clean', `touch ${proof}`);
    writeFileSync(join(shop(ada), '.gitattributes'), '* filter=x\n');
    writeFileSync(join(shop(ada), '.git/hooks/pre-push'), `#!/bin/sh\ntouch ${proof}\n`, { mode: 0o755 });
    git(shop(ada), 'config', 'core.fsmonitor', `touch ${proof}`);
    rmSync(proof, { force: true });
    owner(world).say('/handover bob:');
    const asked = await question(world, 'make git run other programs');
    expect(asked.text).toContain('filter.x.clean');
    git(shop(ada), 'config', '--unset', 'filter.x.clean');
    owner(world).tap('Continue there', asked.id);
    const again = await question(world, 'I will push');
    owner(world).tap('Push and continue', again.id);
    await arrivedOnce(world);
    expect(existsSync(proof)).toBe(false);
  }, createClones),
);

it.concurrent(
  '/handover host: loses nothing and does nothing twice when this machine is killed while it pushes',
  onMachines(async (world) => {
    const { ada } = world;
    const { head, release } = await confirmedUntil(world, 'push', ada);
    await ada.kill();
    release();
    ada.supervise();
    await arrivedOnce(world);
    expect(git(remote(world), 'rev-parse', 'main')).toBe(head);
  }, createClones),
);

it.concurrent(
  '/handover host: loses nothing and does nothing twice when the other machine is killed while it fetches',
  onMachines(async (world) => {
    const { bob } = world;
    const { head, release } = await confirmedUntil(world, 'fetch', bob);
    await bob.kill();
    release();
    await startBob(world);
    await arrivedOnce(world);
    expect(git(shop(bob), 'rev-parse', 'HEAD')).toBe(head);
  }, createClones),
);

it.concurrent(
  '/handover host: loses nothing and does nothing twice when the cluster goes away while it pushes, and both machines are killed after that',
  onMachines(async (world) => {
    const { cluster, ada, bob } = world;
    const { head, release } = await confirmedUntil(world, 'push', ada);
    await cluster.nats.kill();
    release();
    await until(() => git(remote(world), 'rev-parse', 'main') === head);
    await until(() => ada.log().includes('handover: '));
    await ada.kill();
    await bob.kill();
    await cluster.nats.start();
    ada.supervise();
    await startBob(world);
    await arrivedOnce(world);
  }, createClones),
);
