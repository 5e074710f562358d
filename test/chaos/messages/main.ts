import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TMUX } from '@ccbot/shared/fixtures/tmux';
import type { User } from '@ccbot/sandbox/telegram/model';
import { createPerson } from '@ccbot/sandbox/telegram/person';
import { startTelegram, type Sandbox } from '@ccbot/sandbox/telegram/server';
import { command, number } from '../../options';
import { createChance, type Chance } from '../chance';
import { delay, now, until } from '../clock';
import { aliveIn } from '../watch';
import { answered, balance, received, type Ledger, type Writer } from './account';
import { dealFaults, type Stage } from './deck';
import { answerQuestions, createQuestions } from './questions';

const root = process.env['CCBOT_ROOT'] ?? process.cwd();

/** Missing messages count as lost when none arrives for this long after the last fault, ms: a backlog arrives at Telegram's pace. */
const SETTLE_MS = 90_000;

/** Pause between faults, ms. */
const BETWEEN_MS = [100, 1_200] as const;

/** By default there is one fault for three messages, up to this many. */
const FAULTS_MAX = 200;

/** A fault waits this long for a worker to apply to, ms. */
const ALIVE_MS = 90_000;

/** Runs of at least this many messages include the slow faults. */
const LONG_RUN = 500;

interface Options {
  seed?: number;
  messages: number;
  people: number;
  faults?: number;
  verbose?: true;
}

function readOptions(): Options {
  return command('chaos', 'Sends numbered messages while the worker is killed and Telegram fails.')
    .argument('[messages]', 'this run')
    .option('--seed <n>', 'replay the faults of this seed (default: random)', number(0))
    .option('--messages <n>', 'number of messages, of all users together', number(1), 200)
    .option('--people <n>', 'number of users', number(1), 10)
    .option(
      '--faults <n>',
      `minimum number of faults (default: one for three messages, up to ${FAULTS_MAX})`,
      number(1),
    )
    .option('--verbose', 'show the name of each fault')
    .parse()
    .opts<Options>();
}

async function main(): Promise<number> {
  const options = readOptions();
  const { seed = Math.floor(Math.random() * 2 ** 32), messages, people } = options;
  const each = Math.ceil(messages / people);
  console.log(`chaos of messages: seed ${seed}, ${people} users, ${each} messages each`);
  const run = await startRun(people);
  const questions = createQuestions();
  const answering = setInterval(() => {
    for (const { person, notes } of run.writers)
      answerQuestions(person, (n) => received(notes).includes(n), questions);
  }, 200);
  const counts = new Map<string, number>();
  try {
    await openSessions(run);
    const sent = writeAll(run.writers, each, createChance(seed + 1));
    await applyFaults(run, options, createChance(seed), sent, counts);
    rmSync(run.stage.kill, { force: true });
    run.telegram.clearFaults();
    await waitForAll(run.writers, each);
  } finally {
    clearInterval(answering);
    await stopRun(run);
  }
  const ledger = balance(run.writers, questions.asked);
  await run.telegram.close();
  for (const [name, n] of [...counts].sort()) console.log(`  ${name}: ${n}`);
  const violations = printLedger(ledger, questions.asked.size);
  if (violations === 0) rmSync(run.folder, { recursive: true, force: true, maxRetries: 5 });
  else console.log(`files kept in ${run.folder}`);
  console.log(
    violations === 0
      ? 'no violations'
      : `VIOLATIONS; replay with messages --seed ${seed} --messages ${messages} --people ${people}`,
  );
  return violations === 0 ? 0 : 1;
}

interface Run {
  readonly folder: string;
  readonly telegram: Sandbox;
  readonly supervisor: ChildProcess;
  readonly writers: readonly Writer[];
  readonly stage: Stage;
  /** Name of the tmux server's socket. */
  readonly socket: string;
}

async function startRun(people: number): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'ccbot-messages-'));
  const dir = join(folder, 'ccbot');
  const home = join(folder, 'home');
  const kill = join(folder, 'kill');
  for (const path of [dir, home]) mkdirSync(path, { mode: 0o700 });
  const user = (i: number): User => ({ id: 1_001 + i, is_bot: false, first_name: `Person ${i}` });
  const users = Array.from({ length: people }, (_, i) => user(i));
  const telegram = await startTelegram({
    token: `100000001:CHAOS_${'x'.repeat(30)}`,
    owner: user(0),
    stranger: user(9_000),
  });
  (telegram.state.people as User[]).push(...users.slice(1));
  const socket = `ccbot-messages-${process.pid}`;
  const fixture = (name: string): string => join(root, 'test/chaos/fixtures', name);
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    SHELL: '/bin/sh',
    NODE_OPTIONS: `--require=${fixture('kill-at-write.cjs')}`,
    CHAOS_KILL: kill,
    TELEGRAM_BOT_TOKEN: telegram.token,
    ALLOWED_USERS: users.map(({ id }) => id).join(','),
    TELEGRAM_API_ROOT: telegram.apiRoot,
    CCBOT_DIR: dir,
    CCBOT_TMUX: TMUX,
    CCBOT_TMUX_SOCKET: socket,
    CCBOT_CANARY: 'off',
    CLAUDE_COMMAND: `${process.execPath} ${fixture('answering-agent.mjs')} notes`,
    CARD_EDIT_LAG: '1',
    CCBOT_RESTART_BACKOFF: '0.1',
    // The worker is killed all the time: with a long backoff, nothing would run in which things can go wrong.
    CCBOT_BACKOFF_MAX: '0.5',
    CCBOT_HEALTHY_RUN_SEC: '1',
  };
  const program = join(root, 'packages/supervisor/bin/ccbot.js');
  const supervisor = spawn(process.execPath, [program, 'supervise'], { env, cwd: folder, stdio: 'ignore' });
  const writers = users.map((writer, i) => createWriter(telegram, writer, projectOf(folder, i)));
  return { folder, telegram, supervisor, writers, stage: { telegram, dir, kill }, socket };
}

const projectOf = (folder: string, i: number): string => join(folder, `project-${i}`);

function createWriter(telegram: Sandbox, user: User, project: string): Writer {
  mkdirSync(project);
  return {
    person: createPerson(telegram.state, user, Date.now),
    notes: join(project, 'notes'),
    written: 0,
  };
}

/** Opens a session for each user, and waits until all agents are ready. */
async function openSessions({ folder, writers }: Run): Promise<void> {
  writers.forEach(({ person }, i) => person.say(`/new p${i} ${projectOf(folder, i)}`));
  const areReady = (): boolean =>
    writers.every(({ person }) => person.fromBot().some((m) => m.text.includes('ready')));
  if (await until(areReady, 90_000, 100)) return;
  const texts = writers[0]?.person.chat().map((m) => m.text);
  throw new Error(`the sessions did not open: ${JSON.stringify(texts)}`);
}

/** Applies faults until all messages are sent and there were enough faults. Counts them by name in `counts`. */
async function applyFaults(
  { stage }: Run,
  { messages, faults, verbose }: Options,
  chance: Chance,
  sent: Promise<void>,
  counts: Map<string, number>,
): Promise<void> {
  const minimum = faults ?? Math.ceil(Math.min(messages / 3, FAULTS_MAX));
  const nextFault = dealFaults(chance, messages >= LONG_RUN);
  let isWriting = true;
  void sent.then(() => (isWriting = false));
  for (let count = 0; isWriting || count < minimum; count++) {
    await delay(chance.between(...BETWEEN_MS));
    await until(() => aliveIn(stage.dir).some(({ role }) => role === 'worker'), ALIVE_MS, 50);
    const fault = nextFault();
    counts.set(fault.name, (counts.get(fault.name) ?? 0) + 1);
    if (verbose) console.log(fault.name);
    await fault.apply(stage, chance);
  }
  await sent;
}

/** Waits until all messages and answers have arrived, or none arrives any more. */
async function waitForAll(writers: readonly Writer[], each: number): Promise<void> {
  const since = now();
  const arrived = (): number =>
    writers
      .map(({ person, notes }) => {
        const { plain, marked } = answered(person);
        return new Set(received(notes)).size + new Set([...plain, ...marked]).size;
      })
      .reduce((sum, n) => sum + n, 0);
  const expected = 2 * each * writers.length;
  for (let before = -1, n = arrived(); n < expected && n > before; n = arrived()) {
    before = n;
    await until(() => arrived() > before, SETTLE_MS, 500);
  }
  console.log(`settled ${Math.round((now() - since) / 1_000)} s after the last message`);
}

async function stopRun({ supervisor, stage, socket }: Run): Promise<void> {
  supervisor.kill('SIGTERM');
  await until(() => supervisor.exitCode !== null || supervisor.signalCode !== null, 20_000);
  for (const { pid } of aliveIn(stage.dir)) process.kill(pid, 'SIGKILL');
  const env = { PATH: process.env['PATH'] ?? '' };
  spawnSync(TMUX, ['-L', socket, 'kill-server'], { env });
}

/** Prints the result. Returns the number of violations. */
function printLedger(ledger: Ledger, asked: number): number {
  for (const kind of ['lost', 'repeated', 'reordered'] as const) {
    const list = ledger[kind];
    console.log(`${kind}: ${list.length}${list.length === 0 ? '' : ` (${list.slice(0, 6).join('; ')})`}`);
  }
  console.log(`answers marked as repeated: ${ledger.marked}; messages asked about: ${asked}`);
  return ledger.lost.length + ledger.repeated.length + ledger.reordered.length;
}

/** All users send their messages, in bursts with pauses. */
async function writeAll(writers: readonly Writer[], each: number, chance: Chance): Promise<void> {
  while (writers.some(({ written }) => written < each)) {
    const writer = chance.pick(writers.filter(({ written }) => written < each));
    for (let burst = chance.between(1, 3); burst > 0 && writer.written < each; burst--) {
      writer.person.say(`message ${++writer.written} of the chaos`);
    }
    await delay(chance.between(20, 250));
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
