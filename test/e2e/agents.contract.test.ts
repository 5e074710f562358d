import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer, Rule } from '@ccbot/sandbox/model/script';
import { settingOf } from '../../packages/worker/src/agents/command-of';
import { createAgents } from '../../packages/worker/src/agents/registry';
import { count, saying, told } from './harness/chat';
import { claudeProgram, codexProgram, prepareSystem, type Supervisor, type System } from './harness/system';

jest.setTimeout(120_000);

const SCRIPTED = join(__dirname, '..', '..', 'packages/sandbox/bin/ccbot-scripted-agent.js');

/** What the agent answers, by how the prompt begins; the same for a scripted model and for the scripted agent. */
const ANSWERS: Readonly<Record<string, string>> = {
  first: 'The first answer.',
  second: 'The second answer.',
  lines: 'The lines are here.',
  paste: 'The paste is here.',
  queued: 'The queued answer.',
  after: 'The answer after it.',
  again: 'The answer after the resumption.',
};
/** How long the scripted agent works at what the scripted model holds until it is let go, ms. */
const BUSY_MS = 3_000;

interface Contestant {
  name: string;
  id: string;
  settings: Record<string, string>;
  codex?: boolean;
  command: string[];
  flags: string[];
}

/** The pinned programs are looked for when a test runs, not when the file is read. */
const contestants: [string, () => Contestant][] = [
  [
    'Claude Code',
    () => ({
      name: 'Claude Code',
      id: 'claude',
      settings: {},
      command: [claudeProgram()],
      flags: ['--permission-mode', 'default'],
    }),
  ],
  [
    'Codex',
    () => ({
      name: 'Codex',
      id: 'codex',
      settings: { CCBOT_AGENT_BACKEND: 'codex' },
      codex: true,
      command: [codexProgram()],
      flags: ['--dangerously-bypass-hook-trust', '-a', 'on-request'],
    }),
  ],
  [
    'the scripted agent',
    () => ({
      name: 'Claude Code',
      id: 'claude',
      settings: { CLAUDE_COMMAND: `"${process.execPath}" "${SCRIPTED}"`, CLAUDE_FLAGS: '' },
      command: [process.execPath, SCRIPTED],
      flags: [],
    }),
  ],
];

/** What every agent has to do, with real programs in a real tmux. */
describe.each(contestants)('the contract of an agent: %s', (_, contestant) => {
  let it_: Contestant;
  let system: System;
  let supervisor: Supervisor;
  let letGo: () => void = () => undefined;
  let never: () => void = () => undefined;

  beforeAll(async () => {
    it_ = contestant();
    const busy = new Promise<void>((resolve) => (letGo = resolve));
    const slow = new Promise<void>((resolve) => (never = resolve));
    const text = (said: string, hold?: Promise<void>): Answer => ({
      blocks: [{ type: 'text', text: said }],
      ...(hold === undefined ? {} : { hold }),
    });
    const rule: Rule = ({ prompt, results, tools }) => {
      if (results.some((result) => result.includes('from-the-tool'))) return text('The tool is done.');
      // Some agents put a long paste between marks of their own.
      const word = /^(?:\s*<[^>]*>\n)?(\w+)/.exec(prompt)?.[1] ?? '';
      if (word === 'slow') return text('Too late.', slow);
      if (word === 'busy') return text('Busy no more.', busy);
      if (word === 'tool') {
        const command = 'echo from-the-tool';
        return {
          blocks: [
            { type: 'text', text: 'Running it.' },
            tools.includes('Bash')
              ? { type: 'tool_use', name: 'Bash', input: { command, description: 'say it' } }
              : { type: 'tool_use', name: 'exec_command', input: { cmd: command } },
          ],
        };
      }
      return ANSWERS[word] === undefined ? null : text(ANSWERS[word]);
    };
    const say = (said: string, ms?: number) => ({
      do: 'say',
      text: said,
      ...(ms === undefined ? {} : { ms }),
    });
    system = await prepareSystem({
      ...(it_.codex === true ? { codex: true } : {}),
      settings: it_.settings,
      rules: [rule],
      script: {
        turns: [
          ...Object.entries(ANSWERS).map(([word, said]) => ({ match: `^${word}\\b`, steps: [say(said)] })),
          { match: '^slow\\b', steps: [say('Too late.', 600_000)] },
          { match: '^busy\\b', steps: [say('Busy no more.', BUSY_MS)] },
          {
            match: '^tool\\b',
            steps: [
              say('Running it.'),
              { do: 'tool', name: 'Bash', input: { command: 'echo from-the-tool' }, result: 'from-the-tool' },
              say('The tool is done.'),
            ],
          },
        ],
      },
    });
    supervisor = system.supervise();
  });
  afterAll(async () => {
    letGo();
    never();
    await system.stop();
  });

  const write = (text: string): number => system.telegram.owner.say(text);
  const confirmed = (id: number) =>
    system.telegram.waitFor(
      () => system.telegram.owner.chat().find((m) => m.id === id)?.reaction === '👌',
      30_000,
    );
  const map = (): { session_id: string; backend: string; transcript_path: string }[] =>
    Object.values(
      JSON.parse(readFileSync(join(system.ccbotDir, 'session_map.json'), 'utf8')) as Record<string, never>,
    );
  /** The prompts that the agent's own records hold, as its reader tells them; one that is told of twice where it was told of last. */
  const prompts = (): string[] => {
    const agent = createAgents({}).get(it_.id)?.agent;
    const all = map().flatMap(({ transcript_path }) => {
      if (agent === undefined || !existsSync(transcript_path)) return [];
      const reader = agent.reader();
      return readFileSync(transcript_path, 'utf8')
        .split('\n')
        .flatMap((line) => reader.read(line))
        .flatMap((e) => (e.type === 'turn.started' || e.type === 'prompt.taken' ? [e.prompt] : []));
    });
    return all.filter((prompt, i) => !all.includes(prompt, i + 1));
  };
  const stop = async (): Promise<void> => {
    const working = () =>
      system.telegram.owner.fromBot().findLast((m) => m.keyboard.flat().some((b) => b.text === '⏹ Stop'));
    const card = await system.telegram.waitFor(working, 30_000);
    system.telegram.owner.tap('⏹ Stop', card.id);
  };

  it('holds the first messages until it is ready, and takes each once and in order', async () => {
    write(`/new demo ${system.project}`);
    write('first of all');
    const id = write('second of all');
    // An agent may take the second into the turn of the first, and then answers both at once.
    await told(system, 'The second answer.');
    await confirmed(id);
    expect(prompts()).toEqual(['first of all', 'second of all']);
    expect(map()).toMatchObject([{ backend: it_.id }]);
  });

  it('gets lines as they were written', async () => {
    const text =
      'lines with "quotes", \'more\', `code`, $HOME, #{pid}; -x\n\n  indented 日本語 🙂\nthe end \\ of it';
    await confirmed(write(text));
    await told(system, 'The lines are here.');
    expect(prompts().at(-1)).toBe(text);
  });

  it('gets 20 KB exactly', async () => {
    const rows = ['paste'];
    for (let i = 0; Buffer.byteLength(rows.join('\n')) < 20_000; i++)
      rows.push(`row ${i} "double" 'single' \`back\` 日本語 한국어 🙂👩‍👩‍👧 $HOME #{pid} ; -x \\ end`);
    const text = rows.join('\n');
    await confirmed(write(text));
    await told(system, 'The paste is here.');
    const got = prompts().at(-1) ?? '';
    const at = [...text].findIndex((c, i) => [...got][i] !== c);
    expect([at, [...got].slice(at, at + 20).join('')]).toEqual([-1, '']);
  });

  it('shows a tool with its command, and what came of it', async () => {
    write('tool, please');
    const done = await told(system, 'The tool is done.');
    expect(done.text).toContain('echo from-the-tool');
    expect(done.text).toContain('Running it.');
    expect(count(system, 'The tool is done.')).toBe(1);
  });

  it('takes a message while it works, and answers it once', async () => {
    write('busy now');
    await system.telegram.waitFor(
      () => system.telegram.owner.fromBot().some((m) => m.keyboard.flat().some((b) => b.text === '⏹ Stop')),
      30_000,
    );
    write('queued meanwhile');
    await system.telegram.waitFor(
      () => system.telegram.owner.chat().find((m) => m.text === 'queued meanwhile')?.reaction !== undefined,
      30_000,
    );
    letGo();
    await told(system, 'The queued answer.');
    await system.telegram.waitFor(() => prompts().includes('queued meanwhile'));
    expect(count(system, 'The queued answer.')).toBe(1);
  });

  it('is interrupted by a tap, and gets the next message alone', async () => {
    write('slow as a snail');
    await system.telegram.waitFor(() => prompts().includes('slow as a snail'), 30_000);
    await stop();
    await told(system, 'interrupted');
    await confirmed(write('after that'));
    await told(system, 'The answer after it.');
    expect(prompts().at(-1)).toBe('after that');
    expect(count(system, 'Too late.')).toBe(0);
  });

  it('goes on with an earlier session in the same transcript', async () => {
    const [before] = map();
    const agent = createAgents({}).get(it_.id);
    const settings = agent?.kind.settings;
    if (before === undefined || !settings) throw new Error('no session');
    write('/kill');
    await told(system, 'the transcript stays');
    system.telegram.owner.tap('End it');
    await told(system, 'was ended');
    supervisor.child.kill('SIGTERM');
    await supervisor.exited;
    const argv = agent.agent.launch({ command: it_.command, flags: it_.flags, resume: before.session_id });
    system.env[settingOf(settings.command)] = argv.map((word) => `'${word}'`).join(' ');
    system.env[settingOf(settings.flags)] = '';
    supervisor = system.supervise();
    write(`/new more ${system.project}`);
    await confirmed(write('again, after all'));
    await told(system, 'The answer after the resumption.');
    expect(map()).toMatchObject([{ session_id: before.session_id, transcript_path: before.transcript_path }]);
    expect(prompts()).toEqual(expect.arrayContaining(['first of all', 'again, after all']));
    // The past is not told again.
    expect(count(system, 'The second answer.')).toBe(1);
    expect(saying(system, 'more').length).toBeGreaterThan(0);
  });
});
