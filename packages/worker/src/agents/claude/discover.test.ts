import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processStartTime } from '@ccbot/shared/lock/holder';
import { claudeHome, discoverSession } from './discover';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ccbot-discover-'));
  mkdirSync(join(home, 'sessions'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const write = (pid: number, state: unknown): void =>
  writeFileSync(
    join(home, 'sessions', `${pid}.json`),
    typeof state === 'string' ? state : JSON.stringify(state),
  );
const state = { sessionId: 'abc-1', cwd: '/srv/my.project', status: 'busy', statusUpdatedAt: 5 };

describe('a session in Claude Code’s own state', () => {
  it('is found by its process, with its transcript', async () => {
    write(process.pid, { ...state, procStart: processStartTime(process.pid) ?? undefined });
    expect(await discoverSession(home, process.pid)).toEqual({
      pid: process.pid,
      sessionId: 'abc-1',
      cwd: '/srv/my.project',
      transcriptPath: join(home, 'projects', '-srv-my-project', 'abc-1.jsonl'),
      status: 'busy',
      statusAt: 5,
    });
  });

  it('is ignored when it belongs to an earlier process with the same pid', async () => {
    write(process.pid, { ...state, procStart: '1' });
    const found = await discoverSession(home, process.pid);
    expect(found).toEqual(processStartTime(process.pid) === null ? expect.anything() : null);
  });

  it('is ignored when the file names no start time and is older than the process', async () => {
    write(process.pid, state);
    expect(await discoverSession(home, process.pid)).not.toBeNull();
    utimesSync(join(home, 'sessions', `${process.pid}.json`), 1, 1);
    const found = await discoverSession(home, process.pid);
    expect(found).toEqual(processStartTime(process.pid) === null ? expect.anything() : null);
  });

  it.each([
    '',
    '{"sessionId',
    'null',
    '[]',
    '{"sessionId":5,"cwd":"/"}',
    '{"sessionId":"../../x","cwd":"/"}',
  ])('is null when its file holds %j', async (text) => {
    write(process.pid, text);
    expect(await discoverSession(home, process.pid)).toBeNull();
  });

  it('is null where Claude Code never ran', async () => {
    expect(await discoverSession(join(home, 'nowhere'), process.pid)).toBeNull();
  });

  it('is found below a wrapper that started the agent', async () => {
    if (process.platform !== 'linux') return; // other systems do not show parent processes
    const wrapper: ChildProcess = spawn('/bin/sh', ['-c', 'sleep 60 & echo $!; wait'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    try {
      const [line] = (await once(wrapper.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
      const agent = Number(line.toString());
      write(agent, state);
      write(process.pid, { ...state, sessionId: 'not-below' });
      expect(await discoverSession(home, wrapper.pid ?? 0)).toMatchObject({ pid: agent, sessionId: 'abc-1' });
      rmSync(join(home, 'sessions', `${agent}.json`));
      expect(await discoverSession(home, wrapper.pid ?? 0)).toBeNull();
    } finally {
      process.kill(-(wrapper.pid ?? 0));
    }
  });
});

describe('Claude Code’s directory', () => {
  it('is the configured one, or the default one in the home', () => {
    expect(claudeHome('/home/p', { CLAUDE_CONFIG_DIR: '/elsewhere' })).toBe('/elsewhere');
    expect(claudeHome('/home/p', { CLAUDE_CONFIG_DIR: '' })).toBe('/home/p/.claude');
  });
});
