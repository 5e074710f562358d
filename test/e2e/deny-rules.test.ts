import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelRequest, Reply } from '@ccbot/sandbox/model/script';
import { PATIENCE_MS } from '@ccbot/sandbox/patience';
import { claudeProgram, codexProgram, prepareSystem, WORKER, type System } from './harness/system';

const SECRET = 'topsecret-1';

/** A call of a tool, as the scripted model makes it. */
interface Call {
  name: string;
  input: Record<string, unknown>;
}

let system: System;
let calls: readonly Call[] = [];
let results: string[] = [];

/** Makes the calls of `calls` one after another, and stores their results. */
function next({ results: last, tools }: ModelRequest): Reply | null {
  if (tools.length === 0) return null; // a title
  if (last[0] !== undefined) results.push(last.join('\n'));
  const call = calls[results.length];
  return { blocks: [call === undefined ? { type: 'text', text: 'end' } : { type: 'tool_use', ...call }] };
}

beforeEach(async () => {
  system = await prepareSystem({ codex: true, rules: [next] });
  // The agents run this file's commands without ccbot, so the directory is made as ccbot makes it.
  mkdirSync(system.ccbotDir, { recursive: true, mode: 0o700 });
  writeFileSync(join(system.ccbotDir, '.env'), `TELEGRAM_BOT_TOKEN=${SECRET}\n`, { mode: 0o600 });
  symlinkSync(system.ccbotDir, join(system.project, 'link'));
  symlinkSync(system.ccbotDir, join(system.home, 'linked'));
});
afterEach(() => system.stop());

function addRules(): void {
  const { status, stderr } = system.run(WORKER, 'hook', '--install', '--deny-rules', '--agent', 'all');
  expect([status, stderr]).toEqual([0, '']);
}

/** Runs an agent without a terminal, and returns the result of each call. */
async function run(program: string, args: readonly string[], planned: readonly Call[]): Promise<string[]> {
  calls = planned;
  results = [];
  const child = spawn(program, args, {
    env: system.env,
    cwd: system.project,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (output += data.toString()));
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  await new Promise((resolve) => child.on('close', resolve));
  clearTimeout(timer);
  if (results.length !== planned.length) throw new Error(`not all calls were made: ${output}`);
  return results;
}

const claude = (mode: string, planned: readonly Call[]): Promise<string[]> =>
  run(claudeProgram(), ['-p', 'go', '--permission-mode', mode], planned);
const codex = (planned: readonly Call[]): Promise<string[]> =>
  run(
    codexProgram(),
    ['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', 'go'],
    planned,
  );
const bash = (command: string): Call => ({ name: 'Bash', input: { command, description: 'a command' } });
const exec = (cmd: string): Call => ({ name: 'exec_command', input: { cmd } });

/** Ways to ccbot's files that the rules close, each by the file tools or a command that Claude Code understands. */
const filesOf = ({ ccbotDir: dir, project }: System): Call[] => [
  { name: 'Read', input: { file_path: join(dir, '.env') } },
  { name: 'Read', input: { file_path: join(project, 'link/.env') } },
  { name: 'Read', input: { file_path: '~/../ccbot/.env' } },
  { name: 'Read', input: { file_path: `${project}/../ccbot/.env` } },
  { name: 'Write', input: { file_path: join(dir, 'new'), content: 'x' } },
  { name: 'Write', input: { file_path: join(project, 'link/new'), content: 'x' } },
  { name: 'Edit', input: { file_path: join(dir, '.env'), old_string: SECRET, new_string: 'other' } },
  ...[
    `cat ${dir}/.env`,
    'cat link/.env',
    'cat ../ccbot/.env',
    'cat ~/../ccbot/.env',
    'cat ~/linked/.env',
    'cat "$CCBOT_DIR/.env"',
    'cat ${CCBOT_DIR}/.env',
    `head -1 ${dir}/.env`,
    `sed -n 1p ${dir}/.env`,
    `grep -r TOKEN ${dir}`,
    `cp ${dir}/.env copy`,
    'cp ~/linked/.env copy',
    `cd ${dir} && cat .env`,
    `python3 -c "print(open('${dir}/.env').read())"`,
    `echo x > ${dir}/new`,
  ].map(bash),
];

/** Ways to tmux that the rules close. */
const TMUX = [
  'tmux -V',
  '/usr/bin/tmux -V',
  'env tmux -V',
  'FOO=1 tmux -V',
  'nohup tmux -V',
  'timeout 5 tmux -V',
  'command tmux -V',
  'true && tmux -V',
  'true; tmux -V',
  'echo a | tmux -V',
  'echo $(tmux -V)',
  't=tmux; $t -V',
  '"tmux" -V',
  'xargs tmux -V </dev/null',
];

describe('the deny rules, with the real Claude Code', () => {
  it.each(['acceptEdits', 'bypassPermissions'])(
    'deny ccbot’s files and tmux in the mode %s',
    async (mode) => {
      addRules();
      const planned = [...filesOf(system), ...TMUX.map(bash)];
      const got = await claude(mode, planned);
      const through = planned.filter((_, i) => /tmux \d|topsecret/.test(got[i] ?? ''));
      expect(through).toEqual([]);
      // In acceptEdits some of it is refused before the rules, because nobody is there to ask.
      if (mode === 'bypassPermissions')
        expect(got.filter((result) => !/denied|deny rule/i.test(result))).toEqual([]);
      expect(readFileSync(join(system.ccbotDir, '.env'), 'utf8')).toContain(SECRET);
    },
  );

  it('are what denies them: without the rules, the same calls succeed', async () => {
    const got = await claude('bypassPermissions', [
      { name: 'Read', input: { file_path: join(system.ccbotDir, '.env') } },
      bash('tmux -V'),
    ]);
    expect(got).toEqual([expect.stringContaining(SECRET), expect.stringMatching(/tmux \d/)]);
  });

  // What the documentation says about the limits of the rules. If this fails, they have become better.
  it('do not cover scripts, interpreters and redirected input', async () => {
    addRules();
    writeFileSync(join(system.project, 'run.sh'), 'tmux -V\n');
    const got = await claude('bypassPermissions', [
      bash('sh -c "tmux -V"'),
      bash('sh run.sh'),
      bash(`while read line; do echo $line; done < ${system.ccbotDir}/.env`),
    ]);
    expect(got).toEqual([
      expect.stringMatching(/tmux \d/),
      expect.stringMatching(/tmux \d/),
      expect.stringContaining(SECRET),
    ]);
  });

  it('cover the directory behind a CCBOT_DIR that is a link', async () => {
    const real = join(system.dir, 'real');
    renameSync(system.ccbotDir, real);
    symlinkSync(real, system.ccbotDir);
    addRules();
    const planned: Call[] = [real, system.ccbotDir].flatMap((dir) => [
      { name: 'Read', input: { file_path: join(dir, '.env') } },
      bash(`cat ${dir}/.env`),
      bash(`cp ${dir}/.env copy`),
    ]);
    const got = await claude('bypassPermissions', planned);
    expect(got.filter((result) => !/denied|deny rule/i.test(result))).toEqual([]);
  });
});

describe('the deny rules, with the real Codex', () => {
  it('deny tmux without a sandbox and without approvals, and nothing else', async () => {
    const direct = ['tmux -V', '/usr/bin/tmux -V', 'env tmux -V', 'true && tmux -V', 'echo a | tmux -V'];
    const planned = direct.map(exec);
    for (const result of await codex(planned)) expect(result).toMatch(/tmux \d/);
    addRules();
    for (const result of await codex(planned)) expect(result).toContain('rejected');
    // The limits that the documentation names.
    const [script, file] = await codex([exec('sh -c "tmux -V"'), exec(`cat ${system.ccbotDir}/.env`)]);
    expect([script, file]).toEqual([expect.stringMatching(/tmux \d/), expect.stringContaining(SECRET)]);
  });
});
