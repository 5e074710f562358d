import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { prepareSystem, WORKER, type System } from './harness/system';

jest.setTimeout(60_000);

const SCRIPTED = join(__dirname, '..', '..', 'packages/sandbox/bin/ccbot-scripted-agent.js');

/** Runs the worker to its end; not `system.run`, in which this process, and with it the sandbox, would stand still. */
function runIn(
  system: System,
  ...args: string[]
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [WORKER, ...args], { env: system.env, cwd: system.project });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (d: Buffer) => (stdout += d.toString()));
  child.stderr.on('data', (d: Buffer) => (stderr += d.toString()));
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, stdout, stderr })));
}

interface Report {
  updates: number;
  sessions: { attached: string[]; ended: string[]; lost: string[]; adopted: string[] };
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
    });
  });
  afterAll(() => system.stop());
  const run = (...args: string[]) => runIn(system, ...args);
  const once = async (): Promise<Report> => {
    const done = await run('--once', '--json');
    if (done.status !== 0) throw new Error(`exit ${done.status}: ${done.stderr}`);
    return JSON.parse(done.stdout) as Report;
  };
  const said = (text: string) => system.telegram.owner.fromBot().filter((m) => m.text.includes(text));

  it('does nothing, and says so, when nothing waits', async () => {
    expect(await once()).toEqual({
      updates: 0,
      sessions: { attached: [], ended: [], lost: [], adopted: [] },
      transcriptLines: 0,
      sent: 0,
      leftToSend: 0,
      leftToHandle: 0,
    });
  });

  it('handles what waits, holds no poll open, and leaves the session to the next round', async () => {
    system.telegram.owner.say(`/new demo ${system.project}`);
    system.telegram.owner.say('do something');
    const first = await once();
    expect(first.updates).toBe(2);
    expect(first.leftToHandle).toBe(0);
    expect(
      system.telegram.calls.filter((c) => c.method === 'getUpdates').every((c) => c.params['timeout'] === 0),
    ).toBe(true);
    // The agent goes on by itself; each round brings the chat up to date.
    for (let round = 0; said('it changed nothing on your disk').length === 0; round++) {
      if (round > 30) throw new Error('no answer after 30 rounds');
      expect((await once()).sessions.attached).toHaveLength(1);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(said('it changed nothing on your disk')).toHaveLength(1);
  });

  it('tells of a session whose window is gone', async () => {
    system.tmux('kill-server');
    expect((await once()).sessions.lost).toHaveLength(1);
    expect(said('Gone while ccbot was away')).toHaveLength(1);
  });

  it('refuses while another holds the lock, and names it', async () => {
    const supervisor = system.supervise();
    await system.telegram.waitFor(() => system.telegram.polls.some((p) => p.endedNs === undefined));
    const refused = await run('--once');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain(`pid ${supervisor.child.pid}`);
    expect(refused.stdout).toBe('');
  });

  it('prints a report for people without --json, and a clear error for wrong flags', async () => {
    const wrong = await run('--json');
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toContain('--json goes with --once');
  });
});
