import { join } from 'node:path';
import { runProgram } from './harness/run-program';
import { prepareSystem, WORKER, type System } from './harness/system';

const SCRIPTED = join(__dirname, '..', '..', 'packages/sandbox/bin/ccbot-scripted-agent.js');

const ANSWER = 'the answer of the agent';

interface Report {
  updates: number;
  sessions: { attached: string[]; ended: string[]; lost: string[]; missing: string[]; adopted: string[] };
  transcriptLines: number;
  sent: number;
  leftToSend: number;
  leftToHandle: number;
}

describe('ccbot worker --once', () => {
  let system: System;
  beforeAll(async () => {
    system = await prepareSystem({
      settings: { CLAUDE_COMMAND: `"${process.execPath}" "${SCRIPTED}"`, CLAUDE_FLAGS: '' },
      script: {
        turns: [
          {
            match: '.',
            steps: [
              { do: 'say', text: 'on it' },
              { do: 'say', text: ANSWER, ms: 1_000 },
            ],
          },
        ],
      },
    });
  });
  afterAll(() => system.stop());
  const run = (...args: string[]) => runProgram(system, WORKER, ...args);
  const once = async (): Promise<Report> => {
    const done = await run('--once', '--json');
    if (done.code !== 0) throw new Error(`exit ${done.code}: ${done.stderr}`);
    return JSON.parse(done.stdout) as Report;
  };
  const botMessages = (text: string) => system.telegram.owner.fromBot().filter((m) => m.text.includes(text));

  it('does nothing, and reports that, when nothing is pending', async () => {
    expect(await once()).toEqual({
      updates: 0,
      sessions: { attached: [], ended: [], lost: [], missing: [], adopted: [] },
      transcriptLines: 0,
      sent: 0,
      leftToSend: 0,
      leftToHandle: 0,
    });
  });

  it('handles pending updates without holding a poll open, and leaves the session running', async () => {
    system.telegram.owner.say(`/new demo ${system.project}`);
    system.telegram.owner.say('do something');
    const first = await once();
    expect(first.updates).toBe(2);
    expect(first.leftToHandle).toBe(0);
    expect(
      system.telegram.calls.filter((c) => c.method === 'getUpdates').every((c) => c.params['timeout'] === 0),
    ).toBe(true);
    // The agent keeps working; each round updates the chat.
    for (let round = 0; botMessages(ANSWER).length === 0; round++) {
      if (round > 30) throw new Error('no answer after 30 rounds');
      expect((await once()).sessions.attached).toHaveLength(1);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(botMessages(ANSWER)).toHaveLength(1);
  });

  it('reports a session without its window', async () => {
    system.tmux('kill-server');
    expect((await once()).sessions.lost).toHaveLength(1);
    expect(botMessages('Ended while ccbot was not running')).toHaveLength(1);
  });

  it('refuses while another process holds the lock, and names it', async () => {
    const supervisor = system.supervise();
    await system.telegram.waitFor(() => system.telegram.polls.some((p) => p.endedNs === undefined));
    const refused = await run('--once');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`pid ${supervisor.child.pid}`);
    expect(refused.stdout).toBe('');
  });

  it('prints a readable report without --json, and a clear error for wrong flags', async () => {
    const wrong = await run('--json');
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('--json goes with --once');
  });
});
