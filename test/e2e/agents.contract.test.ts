import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer, Rule } from '@ccbot/sandbox/model/script';
import { settingOf } from '../../packages/worker/src/agents/command-of';
import { createAgents } from '../../packages/worker/src/agents/registry';
import { count, botMessages, botSays } from './harness/chat';
import { claudeProgram, codexProgram, prepareSystem, type Supervisor, type System } from './harness/system';
import { eventually, until } from './harness/until';

const SCRIPTED = join(__dirname, '..', '..', 'packages/sandbox/bin/ccbot-scripted-agent.js');

/** First word of the prompt → answer; the same for the scripted model and the scripted agent. */
const ANSWERS: Readonly<Record<string, string>> = {
  first: 'The first answer.',
  second: 'The second answer.',
  lines: 'The lines are here.',
  paste: 'The paste is here.',
  queued: 'The queued answer.',
  after: 'The answer after it.',
  again: 'The answer after the resumption.',
};
/** How long the scripted agent is busy, ms; the scripted model holds its answer until it is released. */
const BUSY_MS = 3_000;

interface Contestant {
  name: string;
  id: string;
  settings: Record<string, string>;
  codex?: boolean;
  command: string[];
  flags: string[];
}

/** Functions, so that the pinned programs are looked up when a test runs, not when the file is loaded. */
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

/** What every agent must do, with real programs in a real tmux. */
describe.each(contestants)('the contract of an agent: %s', (_, contestant) => {
  let tested: Contestant;
  let system: System;
  let supervisor: Supervisor;
  let releaseBusy: () => void = () => undefined;
  let releaseSlow: () => void = () => undefined;

  beforeAll(async () => {
    tested = contestant();
    const busy = new Promise<void>((resolve) => (releaseBusy = resolve));
    const slow = new Promise<void>((resolve) => (releaseSlow = resolve));
    const textAnswer = (text: string, hold?: Promise<void>): Answer => ({
      blocks: [{ type: 'text', text }],
      ...(hold === undefined ? {} : { hold }),
    });
    const rule: Rule = ({ prompt, results, tools }) => {
      if (results.some((result) => result.includes('from-the-tool'))) return textAnswer('The tool is done.');
      // Some agents wrap a long paste in marks of their own.
      const word = /^(?:\s*<[^>]*>\n)?(\w+)/.exec(prompt)?.[1] ?? '';
      if (word === 'slow') return textAnswer('Too late.', slow);
      if (word === 'busy') return textAnswer('Busy no more.', busy);
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
      return ANSWERS[word] === undefined ? null : textAnswer(ANSWERS[word]);
    };
    const say = (text: string, ms?: number) => ({
      do: 'say',
      text,
      ...(ms === undefined ? {} : { ms }),
    });
    system = await prepareSystem({
      ...(tested.codex === true ? { codex: true } : {}),
      settings: tested.settings,
      rules: [rule],
      script: {
        turns: [
          ...Object.entries(ANSWERS).map(([word, text]) => ({ match: `^${word}\\b`, steps: [say(text)] })),
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
    releaseBusy();
    releaseSlow();
    await system.stop();
  });

  const write = (text: string): number => system.telegram.owner.say(text);
  const confirmed = (id: number) =>
    system.telegram.waitFor(() => system.telegram.owner.chat().find((m) => m.id === id)?.reaction === '👌');
  const map = (): { session_id: string; backend: string; transcript_path: string }[] =>
    Object.values(
      JSON.parse(readFileSync(join(system.ccbotDir, 'session_map.json'), 'utf8')) as Record<string, never>,
    );
  /** The prompts in the agent's records, as its reader reports them; a prompt that is reported twice counts at its last place. */
  const prompts = (): string[] => {
    const agent = createAgents({}).get(tested.id)?.agent;
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
    const card = await system.telegram.waitFor(working);
    system.telegram.owner.tap('⏹ Stop', card.id);
  };

  it('gets the first messages when it is ready, each once and in order', async () => {
    write(`/new demo ${system.project}`);
    write('first of all');
    const id = write('second of all');
    // An agent may add the second message to the turn of the first, and answer both together.
    await botSays(system, 'The second answer.');
    await confirmed(id);
    await eventually(() => expect(prompts()).toEqual(['first of all', 'second of all']));
    expect(map()).toMatchObject([{ backend: tested.id }]);
  });

  it('gets lines unchanged', async () => {
    const text =
      'lines with "quotes", \'more\', `code`, $HOME, #{pid}; -x\n\n  indented 日本語 🙂\nthe end \\ of it';
    await confirmed(write(text));
    await botSays(system, 'The lines are here.');
    await eventually(() => expect(prompts().at(-1)).toBe(text));
  });

  it('gets 20 KB exactly', async () => {
    const rows = ['paste'];
    for (let i = 0; Buffer.byteLength(rows.join('\n')) < 20_000; i++)
      // A message has at most 100 entities: of more marks, Telegram's clients lose some.
      rows.push(
        `row ${i} "double" 'single' ${i < 50 ? '`back`' : 'plain'} 日本語 한국어 🙂👩‍👩‍👧 $HOME #{pid} ; -x \\ end`,
      );
    const text = rows.join('\n');
    await confirmed(write(text));
    await botSays(system, 'The paste is here.');
    await until(() => prompts().at(-1)?.startsWith('paste') === true);
    const received = [...(prompts().at(-1) ?? '')];
    const firstDifference = [...text].findIndex((c, i) => received[i] !== c);
    expect([firstDifference, received.slice(firstDifference, firstDifference + 20).join('')]).toEqual([
      -1,
      '',
    ]);
  });

  it('shows a tool with its command and its result', async () => {
    write('tool, please');
    const done = await botSays(system, 'The tool is done.');
    expect(done.text).toContain('echo from-the-tool');
    expect(done.text).toContain('Running it.');
    expect(count(system, 'The tool is done.')).toBe(1);
  });

  it('accepts a message while it works, and answers it once', async () => {
    write('busy now');
    await system.telegram.waitFor(() =>
      system.telegram.owner.fromBot().some((m) => m.keyboard.flat().some((b) => b.text === '⏹ Stop')),
    );
    write('queued meanwhile');
    await system.telegram.waitFor(
      () => system.telegram.owner.chat().find((m) => m.text === 'queued meanwhile')?.reaction !== undefined,
    );
    releaseBusy();
    await botSays(system, 'The queued answer.');
    await system.telegram.waitFor(() => prompts().includes('queued meanwhile'));
    expect(count(system, 'The queued answer.')).toBe(1);
  });

  it('is interrupted by a tap, and gets the next message alone', async () => {
    write('slow as a snail');
    await system.telegram.waitFor(() => prompts().includes('slow as a snail'));
    await stop();
    await botSays(system, 'interrupted');
    await confirmed(write('after that'));
    await botSays(system, 'The answer after it.');
    await eventually(() => expect(prompts().at(-1)).toBe('after that'));
    expect(count(system, 'Too late.')).toBe(0);
  });

  it('is stopped in a turn that was sent in the same moment, as when a phone is back on the network', async () => {
    const before = count(system, 'interrupted');
    write('slow, and then a wish to stop it');
    write('/stop');
    await system.telegram.waitFor(() => count(system, 'interrupted') > before);
    expect(count(system, 'Nothing to stop')).toBe(0);
    await confirmed(write('after that'));
    await system.telegram.waitFor(() => count(system, 'The answer after it.') > 1);
    await eventually(() => expect(prompts().at(-1)).toBe('after that'));
    expect(count(system, 'Too late.')).toBe(0);
  });

  it('resumes an earlier session in the same transcript', async () => {
    const [before] = map();
    const agent = createAgents({}).get(tested.id);
    const settings = agent?.kind.settings;
    if (before === undefined || !settings) throw new Error('no session');
    write('/kill');
    await botSays(system, 'The transcript stays');
    system.telegram.owner.tap('End it');
    await botSays(system, 'was ended');
    supervisor.child.kill('SIGTERM');
    await supervisor.exited;
    const argv = agent.agent.launch({
      command: tested.command,
      flags: tested.flags,
      resume: before.session_id,
    });
    system.env[settingOf(settings.command)] = argv.map((word) => `'${word}'`).join(' ');
    system.env[settingOf(settings.flags)] = '';
    supervisor = system.supervise();
    write(`/new more ${system.project}`);
    await confirmed(write('again, after all'));
    await botSays(system, 'The answer after the resumption.');
    expect(map()).toMatchObject([{ session_id: before.session_id, transcript_path: before.transcript_path }]);
    await eventually(() =>
      expect(prompts()).toEqual(expect.arrayContaining(['first of all', 'again, after all'])),
    );
    // Earlier answers are not shown again.
    expect(count(system, 'The second answer.')).toBe(1);
    expect(botMessages(system, 'more').length).toBeGreaterThan(0);
  });
});
