import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathsOf } from '@ccbot/shared/config/paths';
import { describeWithPipes } from '@ccbot/shared/fixtures/pipes';
import { TMUX } from '@ccbot/shared/fixtures/tmux';
import { until } from '@ccbot/shared/fixtures/until';
import { launcherScript } from '@ccbot/shared/node-launcher/script';
import { listenOnPipe } from '../watch/pipe';
import type { SocketLine, SocketListener } from '../watch/socket';
import { buildHook } from './fixtures/bundle';

// A hook as it is installed: the launcher, run by an agent in a pane of a real tmux.

/** An agent: runs the launcher with each input, and writes down how it ended. `OUTER` runs one inside another. */
const AGENT = `
const { spawnSync } = require('child_process');
const { writeFileSync } = require('fs');
const [job, result] = process.argv.slice(2);
const { args, input, env, outer } = JSON.parse(require('fs').readFileSync(job, 'utf8'));
const done = outer
  ? spawnSync(process.execPath, [__filename, outer, result + '.inner'], { env: process.env })
  : spawnSync('/bin/sh', ['-c', args], { input, encoding: 'utf8', env: { ...process.env, ...env } });
writeFileSync(result + '.tmp', JSON.stringify([done.status, done.stdout + '', done.stderr + '']));
require('fs').renameSync(result + '.tmp', result);
`;

const SHELLS = ['dash', 'bash', 'busybox'].flatMap((shell) => {
  const path = ['/bin', '/usr/bin'].map((directory) => join(directory, shell)).find(existsSync);
  return path === undefined ? [] : [[shell, shell === 'busybox' ? `${path} sh` : path]];
});

describeWithPipes('a hook that an agent runs', () => {
  let bundle: string;
  let dir: string;
  let socket: string;
  let state: string;
  let run: string;
  let listener: SocketListener;
  let heard: SocketLine[];
  let jobs: number;
  beforeAll(async () => {
    bundle = await buildHook();
  });
  afterAll(() => rmSync(join(bundle, '..'), { recursive: true, force: true }));
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'ccbot-launched-'));
    socket = join(dir, 'tmux');
    state = join(dir, 'state');
    ({ run } = pathsOf(state));
    mkdirSync(run, { recursive: true, mode: 0o700 });
    writeFileSync(join(run, 'worker.sock'), ''); // as if a worker ran; nobody connects
    [heard, jobs] = [[], 0];
    writeFileSync(join(dir, 'agent.cjs'), AGENT);
    // Stands for Node.js, and notes each start.
    writeFileSync(
      join(dir, 'node'),
      `#!/bin/sh\necho >>'${join(dir, 'starts')}'\nexec '${process.execPath}' "$@"\n`,
      { mode: 0o755 },
    );
    useShell('/bin/sh');
    listener = await listen();
    tmux('-f', '/dev/null', 'new-session', '-d', '-s', 'ccbot', '-n', 'one', 'sleep 600');
    tmux('set-option', '-g', 'remain-on-exit', 'on');
  });
  afterEach(async () => {
    tmux('kill-server');
    await listener.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const listen = (): Promise<SocketListener> =>
    listenOnPipe(
      pathsOf(state).workerPipe,
      new Map(['hook', 'statusline'].map((kind) => [kind, (line: SocketLine) => heard.push(line) > 0])),
      (_level, event) => void heard.push({ v: 1, kind: event }),
    );

  const tmux = (...args: string[]): string =>
    spawnSync(TMUX, ['-S', socket, ...args], { encoding: 'utf8', env: { PATH: '/usr/bin:/bin' } }).stdout;

  function useShell(shell: string): void {
    const node = { node: join(dir, 'node'), modules: process.versions.modules, home: dir };
    writeFileSync(join(dir, 'launcher'), launcherScript(node).replace('/bin/sh\n', `${shell}\n`), {
      mode: 0o755,
    });
  }

  const starts = (): number =>
    existsSync(join(dir, 'starts')) ? readFileSync(join(dir, 'starts'), 'utf8').length : 0;

  interface Job {
    env?: Record<string, string>;
    /** Another agent runs this one. */
    isNested?: boolean;
    program?: string;
    /** Its argument; absent: the name of an agent, or none for a status line. */
    word?: string | undefined;
    /** Runs this instead. */
    script?: string;
  }

  /** Has an agent in a pane run the hook. Resolves with its exit code, its output, and whether it started Node.js. */
  async function hook(
    input: unknown,
    { env = {}, isNested = false, program = bundle, word, script }: Job = {},
  ): Promise<[unknown, boolean]> {
    const before = starts();
    const words = [join(dir, 'launcher'), program, word ?? (program.endsWith('hook.js') ? 'claude' : '')];
    const job = join(dir, `job-${++jobs}`);
    const result = `${job}.result`;
    writeFileSync(
      job,
      JSON.stringify({
        args: script ?? words.map((each) => `'${each}'`).join(' '),
        input: typeof input === 'string' ? input : JSON.stringify(input),
        env: { HOME: dir, CCBOT_DIR: state, CCBOT_SESSION: 'mine', ...env },
      }),
    );
    writeFileSync(`${job}.outer`, JSON.stringify({ outer: job }));
    const command = [process.execPath, join(dir, 'agent.cjs'), isNested ? `${job}.outer` : job, result];
    tmux('respawn-pane', '-k', '-t', 'ccbot:one', command.map((word) => `'${word}'`).join(' '));
    const written = isNested ? `${result}.inner` : result;
    await until(() => existsSync(written));
    return [JSON.parse(readFileSync(written, 'utf8')), starts() > before];
  }

  const pane = (): string => tmux('display-message', '-p', '-t', 'ccbot:one', '#{pane_id}').trim();
  const stop = { session_id: 'abc', hook_event_name: 'Stop', last_assistant_message: 'Done.' };
  const prompt = {
    session_id: 'abc',
    transcript_path: '/t "1".jsonl',
    cwd: '/c\\d',
    hook_event_name: 'UserPromptSubmit',
    prompt: 'hello',
  };
  const SILENT = [0, '', ''];
  const QUICK = [SILENT, false];
  const BY_NODE = [SILENT, true];

  describe.each(SHELLS)('with %s', (_name, shell = '') => {
    beforeEach(() => useShell(shell));

    it.each([
      ['a short one', 'Done.'],
      [
        'every kind of character',
        'a "b" \\ \n\t\u0000 %s %d $HOME `id` $(id) \u2028 é 😀 {"hook_event_name":"Stop"}',
      ],
      ['one of some thousand letters', 'x'.repeat(3_000)],
      ['one of as many letters, with more bytes than fit in a piece', 'é'.repeat(3_000)],
      ['one that fits in no piece', 'ä😀"\\ '.repeat(5_000)],
    ])('tells the worker of an answer without Node.js: %s', async (_what, text) => {
      const payload = { ...stop, last_assistant_message: text };
      expect(await hook(payload)).toEqual(QUICK);
      await until(() => heard.length > 0);
      expect(heard).toEqual([
        { v: 1, kind: 'hook', backend: 'claude', pane: pane(), ccbotSession: 'mine', payload },
      ]);
      expect(readdirSync(run).filter((name) => name.startsWith('line-'))).toEqual([]);
    });

    it('mixes up no two of many that end at the same moment', async () => {
      const payload = { ...stop, last_assistant_message: '0123456789'.repeat(350) };
      const input = join(dir, 'stop.json');
      writeFileSync(input, JSON.stringify(payload));
      const each = `'${join(dir, 'launcher')}' '${bundle}' claude <'${input}' &`;
      await hook('', { script: `for i in 1 2 3 4 5 6 7 8 9 10 11 12; do ${each} done; wait` });
      await until(() => heard.length === 12);
      expect(heard.filter((line) => JSON.stringify(line['payload']) !== JSON.stringify(payload))).toEqual([]);
      expect(starts()).toBe(0);
    });

    it('tells of a prompt without Node.js once the session map has its window as it is', async () => {
      expect(await hook(prompt)).toEqual(BY_NODE);
      expect(await hook(prompt)).toEqual(QUICK);
      await until(() => heard.length === 2);
      expect(heard[1]).toMatchObject({ pane: pane(), payload: prompt });
      const next = { ...prompt, session_id: 'def' };
      expect(await hook(next)).toEqual(BY_NODE);
      expect(await hook({ ...next, prompt: 'another' })).toEqual(QUICK);
      expect(await hook({ ...next, cwd: '/elsewhere' })).toEqual(BY_NODE);
    });

    it('has the user’s command print the status line, and tells the worker the figures, without Node.js', async () => {
      const payload = {
        session_id: 'abc',
        model: { display_name: 'A "B" \\ %s' },
        cost: { total_cost_usd: 0.5 },
      };
      const line = async (input: unknown, command?: string): Promise<unknown> =>
        hook(input, { program: join(dir, 'statusline.js'), word: command });
      expect(await line(payload, 'cat; echo oops >&2; exit 3')).toEqual([
        [3, `${JSON.stringify(payload)}\n`, 'oops\n'],
        false,
      ]);
      expect(await line(payload)).toEqual(QUICK);
      const long = { ...payload, text: 'é"'.repeat(60_000) };
      expect(await line(long, 'cat | wc -c; true')).toEqual([
        [0, expect.stringMatching(`^ *${Buffer.byteLength(JSON.stringify(long)) + 1}\n$`), ''],
        false,
      ]);
      expect(await line(long, 'echo mine')).toEqual([[0, 'mine\n', ''], false]);
      for (const odd of ['', 'garbage', '[]', '{"session_id":7}', '{\n"session_id":"a"}'])
        expect(await line(odd, 'cat')).toEqual([[0, `${odd}\n`, ''], false]);
      await until(() => heard.length >= 4);
      expect(heard).toEqual(
        [payload, payload, long, long].map((each) => ({
          ...{ v: 1, kind: 'statusline', pane: pane(), ccbotSession: 'mine' },
          payload: each,
        })),
      );
    });

    it('leaves everything else to Node.js, with the input as it was', async () => {
      const copy = join(dir, 'hook.js');
      writeFileSync(
        copy,
        `require('fs').writeFileSync('${dir}/input', require('fs').readFileSync(0)); process.exit(0)`,
      );
      const large = JSON.stringify({
        ...stop,
        hook_event_name: 'PermissionRequest',
        text: 'é\\'.repeat(60_000),
      });
      const inputs = [
        ...['', 'null', '{{{', JSON.stringify(stop).slice(0, 40), JSON.stringify(stop, null, 2), large],
        JSON.stringify({ ...stop, hook_event_name: 'SessionStart' }),
        JSON.stringify({ session_id: 'abc', input: stop, hook_event_name: 'PermissionRequest' }),
      ];
      for (const input of inputs) {
        expect(await hook(input, { program: copy })).toEqual(BY_NODE);
        const read = readFileSync(join(dir, 'input'), 'utf8');
        expect(read.trim() === input.trim()).toBe(true);
      }
      expect(heard).toEqual([]);
    });
  });

  it('asks Node.js about a prompt when the map is gone, or was written since', async () => {
    await hook(prompt);
    expect(await hook(prompt)).toEqual(QUICK);
    const map = join(state, 'session_map.json');
    const later = new Date(Date.now() + 60_000);
    utimesSync(map, later, later);
    expect(await hook(prompt)).toEqual(BY_NODE);
    rmSync(map);
    expect(await hook(prompt)).toEqual(BY_NODE);
    expect(JSON.parse(readFileSync(map, 'utf8'))).toMatchObject({ 'ccbot:@0': { session_id: 'abc' } });
  });

  it('forgets what it noted of windows when a worker starts', async () => {
    await hook(prompt);
    await listener.close();
    listener = await listen();
    expect(await hook(prompt)).toEqual(BY_NODE);
  });

  it('ends the command of the status line when it is ended itself', async () => {
    const child = spawn(join(dir, 'launcher'), [join(dir, 'statusline.js'), 'echo up; exec sleep 600'], {
      env: { HOME: dir, CCBOT_DIR: state },
    });
    child.stdin.end('{"session_id":"abc"}');
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    await once(child, 'close'); // its output closes only when the command ends
    expect(child.signalCode).toBe('SIGTERM');
    expect(starts()).toBe(0);
  });

  it('lets Node.js decide whether an agent that another one runs is nested', async () => {
    expect(await hook(stop, { isNested: true })).toEqual(BY_NODE);
  });

  it('names no session for a pane that inherited the environment of another', async () => {
    expect(await hook(stop, { env: { CCBOT_PANE: '%99' } })).toEqual(QUICK);
    await until(() => heard.length > 0);
    expect(heard[0]).not.toHaveProperty('ccbotSession');
  });

  it.each([
    ['a session that the shell cannot quote', { CCBOT_SESSION: 'a"b' }],
    ['a pane that is none', { TMUX_PANE: '%1"' }],
  ])('leaves %s to Node.js', async (_what, env) => {
    expect(await hook(stop, { env: env as Record<string, string> })).toEqual(BY_NODE);
  });

  it('does not wait when the worker was killed and left its pipe and socket', async () => {
    await listener.close();
    const long = { ...stop, last_assistant_message: 'x'.repeat(10_000) };
    for (const payload of [stop, long]) expect(await hook(payload)).toEqual(QUICK);
    expect(heard).toEqual([]);
  });

  it('does not write into a pipe behind a link, or into what is no pipe', async () => {
    renameSync(run, join(dir, 'elsewhere'));
    symlinkSync(join(dir, 'elsewhere'), run);
    expect(await hook(stop)).toEqual(BY_NODE);
    rmSync(run);
    mkdirSync(run, { mode: 0o700 });
    for (const name of ['worker.sock', 'worker.pipe']) writeFileSync(join(run, name), '');
    expect(await hook(stop)).toEqual(BY_NODE);
    expect(readFileSync(join(run, 'worker.pipe'), 'utf8')).toBe('');
  });

  it('leaves a long text to Node.js when the disk is full, and no half of it on the disk', async () => {
    const small = join(dir, 'small');
    mkdirSync(small);
    if (!mounted(small)) return; // not every user may mount
    const paths = pathsOf(join(small, 'state'));
    mkdirSync(paths.run, { recursive: true, mode: 0o700 });
    const lines: SocketLine[] = [];
    const full = await listenOnPipe(
      paths.workerPipe,
      new Map([['hook', (line: SocketLine) => lines.push(line) > 0]]),
      () => undefined,
    );
    try {
      writeFileSync(join(paths.run, 'worker.sock'), '');
      expect(() => writeFileSync(join(small, 'filler'), Buffer.alloc(1024 * 1024))).toThrow(/ENOSPC/);
      const env = { CCBOT_DIR: paths.dir };
      expect(await hook({ ...stop, last_assistant_message: 'x'.repeat(9_000) }, { env })).toEqual(BY_NODE);
      expect(readdirSync(paths.run).sort()).toEqual(['worker.pipe', 'worker.sock']);
      expect(await hook(stop, { env })).toEqual(QUICK);
      await until(() => lines.length > 0);
      expect(lines[0]).toMatchObject({ payload: stop });
    } finally {
      await full.close();
      execFileSync('umount', ['-l', small]); // the pipe closes a moment later
    }
  });
});

/** Mounts a disk of 64 KiB. */
function mounted(path: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', path]).status === 0;
}
