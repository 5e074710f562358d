import { mkdirSync, readFileSync, writeFileSync, chmodSync } from 'node:fs';
import { join } from 'node:path';
import { unwrapPaste } from '../../packages/worker/src/agents/claude/transcript';
import { runProgram } from './harness/run-program';
import { count, botMessages, startSession } from './harness/chat';
import { CCBOT, prepareSystem, workerPid, type Supervisor, type System } from './harness/system';
import { until } from './harness/until';

describe('with the real Claude Code in a real tmux', () => {
  let release: () => void = () => undefined;
  let system: System;
  let supervisor: Supervisor;

  beforeAll(async () => {
    const held = new Promise<void>((resolve) => (release = resolve));
    system = await prepareSystem({
      hooks: { UserPromptSubmit: 'cat > "$HOME/last-prompt.json"' },
      rules: [
        (r) =>
          r.prompt.includes('run a command') && r.results.length === 0
            ? {
                blocks: [
                  { type: 'text', text: 'Running it.' },
                  {
                    type: 'tool_use',
                    name: 'Bash',
                    input: { command: 'echo from-the-tool', description: 'say it' },
                  },
                ],
              }
            : null,
        (r) =>
          r.prompt.includes('hold on')
            ? { blocks: [{ type: 'text', text: 'The held answer.' }], hold: held }
            : null,
      ],
    });
    supervisor = system.supervise();
    await startSession(system);
  });
  afterAll(async () => {
    release();
    await system.stop();
  });

  it('answers a prompt in the chat, once', async () => {
    system.telegram.owner.say('first line\nsecond - line');
    await system.telegram.waitFor(() => botMessages(system, 'You said: first line\nsecond - line')[0]);
    expect(count(system, 'You said: first line')).toBe(1);
  });

  it('measures both directions, and counts the calls', async () => {
    const figure = (text: string, name: string): number =>
      Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`${name} `))
          ?.slice(name.length) ?? 'NaN',
      );
    let text = '';
    // The worker reports it with its next beat.
    await until(async () => {
      const metrics = await runProgram(system, CCBOT, 'metrics');
      expect(metrics.code).toBe(0);
      text = metrics.stdout;
      return figure(text, 'ccbot_transcript_to_call_seconds_count{class="answer"}') > 0;
    });
    expect(figure(text, 'ccbot_update_to_typed_seconds_count')).toBeGreaterThan(0);
    expect(figure(text, 'ccbot_telegram_calls_total{method="sendMessage",result="ok"}')).toBeGreaterThan(0);
    expect(figure(text, 'ccbot_agent_sessions{agent="claude"}')).toBe(1);
    expect(figure(text, 'ccbot_updates_received_total')).toBeGreaterThan(0);
    expect(figure(text, 'ccbot_telegram_429_total')).toBe(0);
    expect(text).not.toContain('first line');
  });

  it('marks the message when the agent has it', async () => {
    const id = system.telegram.owner.say('who am I');
    await system.telegram.waitFor(
      () => system.telegram.owner.chat().find((m) => m.id === id)?.reaction === '👌',
    );
    await system.telegram.waitFor(() => botMessages(system, 'You said: who am I')[0]);
  });

  it('shows a tool in the card with its one-line input and its result', async () => {
    system.telegram.owner.say('please run a command');
    const done = await system.telegram.waitFor(() => botMessages(system, 'Done: from-the-tool')[0]);
    expect(done.text).toContain('Bash');
    expect(done.text).toContain('echo from-the-tool');
    expect(done.text).toContain('Running it.');
  });

  it('delivers a prompt of 30 KB with emoji, CJK and quotes exactly', async () => {
    // A message has at most 100 entities: of more marks, Telegram's clients lose some.
    const line = (i: number): string =>
      `row ${i} "double" 'single' ${i < 50 ? '`back`' : 'plain'} 日本語 한국어 🙂👩‍👩‍👧 $HOME #{pid} ; -x \\ end`;
    const rows: string[] = [];
    while (Buffer.byteLength(rows.join('\n')) < 30_000) rows.push(line(rows.length));
    const text = rows.join('\n');
    system.telegram.owner.say(text);
    await system.telegram.waitFor(() =>
      botMessages(system, 'You said:').some((m) => m.text.includes('row 0 ')),
    );
    const payload = readFileSync(join(system.home, 'last-prompt.json'), 'utf8');
    const { prompt } = JSON.parse(payload) as { prompt: string };
    expect(unwrapPaste(prompt)).toBe(text);
  });

  it('follows the agent to its new session after /clear', async () => {
    const map = (): Record<string, { session_id: string }> =>
      JSON.parse(readFileSync(join(system.ccbotDir, 'session_map.json'), 'utf8')) as Record<
        string,
        { session_id: string }
      >;
    const [before] = Object.values(map());
    system.telegram.owner.say('/clear');
    system.telegram.owner.say('after the clearing');
    await system.telegram.waitFor(() => botMessages(system, 'You said: after the clearing')[0]);
    const entries = Object.entries(map());
    expect(entries).toHaveLength(1);
    expect(entries[0]?.[0]).toMatch(/^ccbot:@\d+$/);
    expect(entries[0]?.[1].session_id).not.toBe(before?.session_id);
  });

  it('shows the answer once when the worker is killed in the middle of a turn', async () => {
    system.telegram.owner.say('hold on please');
    await system.telegram.waitFor(() => system.model.requests.some((r) => r.prompt.includes('hold on')));
    await system.telegram.waitFor(
      () => botMessages(system, 'hold on please').length > 0 || botMessages(system, 'working').length > 0,
    );
    const pid = workerPid(supervisor);
    process.kill(pid, 'SIGKILL');
    release();
    await system.telegram.waitFor(() => botMessages(system, 'The held answer.')[0]);
    system.telegram.owner.say('and now?');
    await system.telegram.waitFor(() => botMessages(system, 'You said: and now?')[0]);
    expect(count(system, 'The held answer.')).toBe(1);
    expect(workerPid(supervisor)).not.toBe(pid);
  });

  it('refuses a second supervisor, and names the lock and its holder', () => {
    const second = system.run(CCBOT, 'supervise');
    expect(second.status).toBe(1);
    expect(second.stderr).toContain(join(system.ccbotDir, 'ccbot.lock'));
    expect(second.stderr).toContain(`pid ${supervisor.child.pid}`);
  });

  it('never answers a stranger', async () => {
    system.telegram.stranger.say('let me in');
    const calls = system.telegram.calls.length;
    system.telegram.owner.say('ping');
    await system.telegram.waitFor(() => botMessages(system, 'You said: ping')[0]);
    expect(system.telegram.stranger.fromBot()).toEqual([]);
    expect(system.telegram.calls.slice(calls).filter((c) => Number(c.params['chat_id']) === 8002)).toEqual(
      [],
    );
  });

  it('explains that the path of /new is missing, or a file', async () => {
    const file = join(system.dir, 'a-file');
    writeFileSync(file, '');
    system.telegram.owner.say(`/new x ${join(system.dir, 'nowhere')}`);
    await system.telegram.waitFor(() => botMessages(system, 'does not exist')[0]);
    system.telegram.owner.say(`/new x ${file}`);
    await system.telegram.waitFor(() => botMessages(system, 'is a file, not a directory')[0]);
  });

  it('keeps the token out of tmux and out of the session', () => {
    const pid = system
      .tmux('list-panes', '-s', '-t', 'ccbot', '-F', '#{pane_pid} #{@ccbot_session}')
      .trim()
      .split('\n')
      .find((l) => l.trim().includes(' '))
      ?.split(' ')[0];
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
    expect(environment).toContain('CCBOT_SESSION=');
    expect(environment).toContain('CCBOT_INTERFACE=telegram');
    expect(environment).not.toContain(system.env['TELEGRAM_BOT_TOKEN']);
    expect(system.tmux('show-environment', '-g')).not.toContain('TOKEN');
  });

  it('resumes the same session after the supervisor is restarted', async () => {
    supervisor.child.kill('SIGTERM');
    expect(await supervisor.exited).toBe(0);
    system.telegram.owner.say('written while ccbot was stopped');
    supervisor = system.supervise();
    await system.telegram.waitFor(() => botMessages(system, 'You said: written while ccbot was stopped')[0]);
    expect(system.telegram.overlaps()).toBe(0);
  });
});

describe('an agent that cannot run', () => {
  let system: System;
  afterEach(() => system.stop());

  it('is reported with the setting to change when its command is not found', async () => {
    system = await prepareSystem({ settings: { CLAUDE_COMMAND: 'no-such-agent' }, installHooks: false });
    system.supervise();
    system.telegram.owner.say(`/new x ${system.project}`);
    const message = await system.telegram.waitFor(() => botMessages(system, 'was not found')[0]);
    expect(message.text).toContain('CLAUDE_COMMAND');
  });

  it('is reported with its exit code and last output when it exits immediately', async () => {
    system = await prepareSystem({ installHooks: false });
    mkdirSync(join(system.dir, 'bin'));
    const program = join(system.dir, 'bin', 'broken');
    // It exits a moment later: when tmux sees the exit first, it drops the output that it has not read.
    writeFileSync(program, '#!/bin/sh\necho "cannot start: no licence"\nsleep 0.5\nexit 3\n');
    chmodSync(program, 0o755);
    system.env['CLAUDE_COMMAND'] = program;
    system.supervise();
    system.telegram.owner.say(`/new x ${system.project}`);
    const message = await system.telegram.waitFor(
      () => botMessages(system, 'exited right after it started')[0],
    );
    expect(message.text).toContain('exit code 3');
    expect(message.text).toContain('cannot start: no licence');
  });
});
