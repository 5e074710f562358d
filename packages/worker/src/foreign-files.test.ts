import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { loadConfig } from '@ccbot/shared/config/load';
import { createClaude } from './agents/claude/claude';
import { findSubTranscript } from './agents/claude/subagents';
import { createCodex } from './agents/codex/codex';
import { mainSession } from './agents/codex/discover';
import type { RequestContent } from './agents/model';
import { readHandover } from './features/handover/handover';
import { pageBefore, writePast, type Past } from './features/history/past';
import { historyWords } from './features/history/words/words';
import { readOldState } from './features/import/old-state';
import { foldersIn, isGit } from './features/new-session/folders';
import { previewOf } from './features/permissions/preview';
import { takeAgain, takeFile } from './features/send-file/take';
import { watchRelay } from './features/send-file/relay';
import { sessionWith } from './fixtures/session';
import { readMap } from './hook/map';
import { hookReport } from './hook/report';
import { readSettings } from './hook/settings-file';
import { createOutboxFiles } from './outbox/files';
import { checkDirectory, isDirectory } from './sessions/lifecycle/directory';
import { findProgram } from './sessions/lifecycle/find-program';
import { offsetAt } from './watch/locate';
import { tail } from './watch/tail';
import { turnsOf } from './watch/turns';
import { wordsIn } from './words/words';

/**
 * Every place in which the worker meets a file that others put there, against everything that may be there instead of a
 * file. Each must settle, in little memory, and must not show a file that only a link of a repository leads to.
 */

/** What no call may show. */
const SECRET = 'the-words-of-a-private-key';

/** How much the program may grow in one call, bytes: the largest limit of a text, a few times over. */
const GROWTH_MAX = 160 * 1024 * 1024;

const ID = '0198c0de-0000-7000-8000-000000000001';

let dir: string;
let release: (() => unknown)[];
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'ccbot-attack-')));
  release = [];
  mkdirSync(join(dir, 'home', '.ssh'), { recursive: true });
  mkdirSync(join(dir, 'repo', '.git'), { recursive: true });
  writeFileSync(join(dir, 'home', '.ssh', 'id_rsa'), `${SECRET}\n${SECRET}\n`);
});
afterEach(async () => {
  for (const free of release) await free();
  rmSync(dir, { recursive: true, force: true });
});

const HOME = (): string => join(dir, 'home');
const REPO = (): string => join(dir, 'repo');

/** What is put in the place of a file. */
const ATTACKS: Record<string, (path: string) => unknown> = {
  'a link to /dev/zero': (path) => symlinkSync('/dev/zero', path),
  'a link to a terminal that never says anything': (path) => symlinkSync('/dev/ptmx', path),
  'a pipe that nobody writes': (path) => execFileSync('mkfifo', [path]),
  'a directory': (path) => mkdirSync(path),
  'a file of 5 GB': (path) => {
    writeFileSync(path, '');
    truncateSync(path, 5 * 1024 ** 3);
  },
  'one line of 40 MB': (path) => {
    writeFileSync(path, 'x'.repeat(65_536));
    truncateSync(path, 40 * 1024 * 1024); // zeros, which take no place on the disk and end no line
  },
  'a file that grows while it is read': (path) => grow(path),
  'a socket': (path) => listen(path),
  'a link to a private key': (path) => symlinkSync(join(HOME(), '.ssh', 'id_rsa'), path),
  'a link to itself': (path) => symlinkSync(path, path),
  'a file that nobody may read': (path) => writeFileSync(path, 'text', { mode: 0o000 }),
  'a file of the kernel that has no size': (path) => symlinkSync('/proc/self/environ', path),
};

/** Makes the file that it reads the name of longer, until it reads the next one. */
const GROWING = `const fs=require('node:fs');let turn=0;
  require('node:readline').createInterface({input:process.stdin}).on('line',(path)=>{
    const fd=fs.openSync(path,'a');const mine=++turn;let n=0;console.log('writing');
    (function more(){if(turn!==mine||n++>1000)return fs.closeSync(fd);
      fs.writeSync(fd,'x'.repeat(512));fs.ftruncateSync(fd,fs.fstatSync(fd).size+65536);setImmediate(more)})()})`;

let growing: ChildProcess | undefined;
afterAll(async () => {
  if (growing === undefined) return;
  growing.kill('SIGKILL');
  await once(growing, 'exit');
});

async function grow(path: string): Promise<void> {
  writeFileSync(path, '{"a":1}\n');
  growing ??= spawn(process.execPath, ['-e', GROWING], { stdio: ['pipe', 'pipe', 'inherit'] });
  const isWriting = once(growing.stdout as Readable, 'data');
  growing.stdin?.write(`${path}\n`);
  await isWriting;
}

function listen(path: string): Promise<void> {
  const server: Server = createServer();
  release.push(() => new Promise((resolve) => server.close(resolve)));
  // The path may be too long for a socket: then a shorter one is linked.
  const short = join(dir, 's');
  return new Promise((resolve) =>
    server.listen(short, () => {
      symlinkSync(short, path);
      resolve();
    }),
  );
}

const claude = () => createClaude({});
const commandsOf = () => claude().commands?.(HOME(), REPO(), 'en');
const pidFile = (): string => join(HOME(), '.claude/sessions', `${process.pid}.json`);
const project = (): string => join(HOME(), '.claude/projects', REPO().replace(/[^A-Za-z0-9]/g, '-'));
const transcript = (): string => join(project(), `${ID}.jsonl`);
const rollout = (): string =>
  join(HOME(), '.codex/sessions/2026/01/01', `rollout-2026-01-01T00-00-00-${ID}.jsonl`);
const bound = () =>
  sessionWith({ cwd: REPO(), binding: { sessionId: ID, transcriptPath: transcript(), at: 0 } });
const past = (): Past => ({
  path: transcript(),
  agent: claude(),
  words: wordsIn('en').of(historyWords),
  authorAt: () => ({ name: '', chatId: 7 }) as never,
});
const copies = () => {
  const files = createOutboxFiles(join(dir, 'outbox'));
  return { keep: files.keep, discard: files.drop, fileMax: () => 50 * 1024 * 1024 };
};
const places = () => ({ roots: [REPO()], never: [join(dir, 'state')] });
const write = (path: string): RequestContent => ({
  tool: 'Write',
  title: path,
  what: {
    kind: 'permission',
    purpose: '',
    subject: { type: 'write', path, content: 'new' },
    extra: {},
    always: [],
  },
  raw: { input: {}, suggestions: [] },
});

/** Follows a file to its present end, and returns its lines. */
async function follow(path: string): Promise<string[]> {
  const lines: string[] = [];
  const tailed = tail({
    path,
    from: await offsetAt(path, Date.now()),
    onLines: (more) => void lines.push(...more),
    onRestart: () => undefined,
    onTrouble: () => undefined,
  });
  try {
    await Promise.race([tailed.caughtUp(), new Promise((resolve) => setTimeout(resolve, 3_000).unref())]);
  } finally {
    tailed.stop();
  }
  return lines;
}

/** Resolves with the requests that a relay took, when the file in it is gone. */
async function relay(path: string): Promise<unknown[]> {
  const requests: unknown[] = [];
  const taken = new Promise<void>((resolve) => {
    const watcher = watch(dirname(path), resolve.bind(null, undefined));
    release.push(() => watcher.close());
  });
  const started = watchRelay([dirname(path)], async (request) => requests.push(request), () => undefined); // oxfmt-ignore
  await taken;
  started.stop();
  return requests;
}

/** Where the file is that ccbot comes across, and what it does then. */
const PLACES: Record<string, { at(): string; call(path: string): unknown; isUsersOwn?: true }> = {
  'the settings of a project': { at: () => join(REPO(), '.claude/settings.json'), call: commandsOf },
  'the local settings of a project': {
    at: () => join(REPO(), '.claude/settings.local.json'),
    call: commandsOf,
  },
  'the settings of the user': { at: () => join(HOME(), '.claude/settings.json'), call: commandsOf },
  'the list of plugins': {
    at: () => join(HOME(), '.claude/plugins/installed_plugins.json'),
    call: commandsOf,
  },
  'a command of a project': { at: () => join(REPO(), '.claude/commands/x.md'), call: commandsOf },
  'a directory of commands': { at: () => join(REPO(), '.claude/commands'), call: commandsOf },
  'a directory in a directory of commands': {
    at: () => join(REPO(), '.claude/commands/sub'),
    call: commandsOf,
  },
  'a skill of a project': { at: () => join(REPO(), '.claude/skills/x/SKILL.md'), call: commandsOf },
  'the .claude directory': { at: () => join(REPO(), '.claude'), call: commandsOf },
  'a skill of Codex': {
    at: () => join(REPO(), '.agents/skills/x/SKILL.md'),
    call: () => createCodex().commands?.(HOME(), REPO(), 'en'),
  },
  'the note of a running session': { at: pidFile, call: () => claude().discover(HOME(), process.pid) },
  'the note of another running session': { at: pidFile, call: () => claude().processesOf?.(HOME(), ID, '') },
  'an earlier transcript of Claude Code': {
    at: transcript,
    call: () => claude().earlier?.(HOME(), REPO(), 5),
  },
  'an earlier transcript of Codex': { at: rollout, call: () => createCodex().earlier?.(HOME(), REPO(), 5) },
  'the head of a transcript of Codex': { at: rollout, call: (path) => mainSession(1, path) },
  'the note of a sub-agent': {
    at: () => transcript().replace(/\.jsonl$/, '/subagents/x.meta.json'),
    call: () => findSubTranscript(transcript(), 'tool'),
  },
  'a transcript that is followed': { at: transcript, call: follow, isUsersOwn: true },
  'a transcript in which a turn is looked for': {
    at: transcript,
    call: (path) => turnsOf({ session: 's', name: 'demo', path, agent: claude() }).before(),
  },
  'a transcript in the history': { at: transcript, call: () => pageBefore(past(), null) },
  'a transcript that is exported': {
    at: transcript,
    call: () => writePast(past(), 'head', join(dir, 'export.md'), 50_000_000),
  },
  'a transcript that is handed over': {
    at: transcript,
    call: () => readHandover(bound(), { transcriptPath: transcript() }, claude()),
  },
  'a file that a tool wants to write': {
    at: () => join(REPO(), 'notes.txt'),
    call: (path) => previewOf(write(path), REPO()),
  },
  'a file elsewhere that a tool wants to write': {
    at: () => join(dir, 'notes.txt'),
    call: (path) => previewOf(write(path), REPO()),
  },
  'the settings in which hooks are installed': {
    at: () => join(HOME(), '.claude/settings.json'),
    call: readSettings,
  },
  'the map of windows': { at: () => join(dir, 'state/session_map.json'), call: readMap },
  'the package of an installed hook': {
    at: () => join(dir, 'old/package.json'),
    call: () => {
      mkdirSync(join(dir, 'old/dist'), { recursive: true });
      writeFileSync(join(dir, 'old/dist/hook.js'), '');
      const command = { type: 'command', command: `node ${join(dir, 'old/dist/hook.js')} x` };
      return hookReport({ hooks: { Stop: [{ hooks: [command] }] } }, 'ccbot hook x', { Stop: 1 });
    },
  },
  'the state of the Python ccbot': {
    at: () => join(dir, 'python/state.json'),
    call: (path) => readOldState(dirname(path)),
  },
  'a settings file of ccbot': {
    at: () => join(dir, 'state/.env'),
    call: () => loadConfig({ env: { CCBOT_DIR: join(dir, 'state') }, home: HOME() }),
  },
  'a file to send': {
    at: () => join(REPO(), 'report.txt'),
    call: (path) => takeFile(path, places(), copies()),
  },
  'a file to send after the user agreed': {
    at: () => join(REPO(), '.env'),
    call: (path) => takeAgain(path, copies()),
  },
  'a request to send files': { at: () => join(dir, 'relay/1.request'), call: relay },
  'a directory to start a session in': {
    at: () => join(REPO(), 'sub'),
    call: async (path) => [
      await foldersIn(path).catch(() => []),
      await checkDirectory(path),
      await isDirectory(path),
    ],
  },
  'an entry of a directory that is browsed': { at: () => join(REPO(), 'sub'), call: () => foldersIn(REPO()) },
  'the .git of a directory': { at: () => join(dir, 'plain/.git'), call: (path) => isGit(dirname(path)) },
  'a program on the PATH': {
    at: () => join(dir, 'bin/agent'),
    call: (path) => findProgram('agent', dirname(path)),
  },
};

describe.each(Object.entries(PLACES))('%s', (_, { at, call, isUsersOwn }) => {
  it.each(Object.entries(ATTACKS))('may be %s', async (_attack, plant) => {
    const path = at();
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    await plant(path);
    const before = process.resourceUsage().maxRSS * 1024;
    let shown: unknown;
    try {
      shown = await call(path);
    } catch (error) {
      shown = String(error);
    }
    expect(process.resourceUsage().maxRSS * 1024 - before).toBeLessThan(GROWTH_MAX);
    if (isUsersOwn !== true) expect(JSON.stringify(shown) ?? '').not.toContain(SECRET);
  });
});
