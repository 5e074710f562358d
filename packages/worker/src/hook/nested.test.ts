import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { processChain, sameWindow, startedIn } from './chain';
import { isNested, type ChainLink, type NestingHints } from './nested';

describe('whether an agent is nested', () => {
  const chain = (...programs: string[]): ChainLink[] =>
    programs.map((program, i) => ({ pid: 100 - i, program, name: basename(program) }));
  const nowhere: NestingHints = {
    sameWindow: () => null,
    startedIn: () => null,
    programs: new Set(['claude', 'codex']),
  };

  it('is nested below the same program', () => {
    const nested = chain('/usr/bin/dash', '/opt/claude', '/usr/bin/bash', '/opt/claude', '/usr/bin/tmux');
    expect(isNested(nested, nowhere)).toBe(true);
    expect(isNested(chain('/usr/bin/dash', '/opt/claude', '/usr/bin/tmux'), nowhere)).toBe(false);
  });

  it('is nested below another version with the same process name', () => {
    const [hookShell, own, shell, outer] = chain('/bin/sh', '/v/2.1.331', '/bin/bash', '/v/2.1.330');
    const named = [hookShell, { ...own, name: 'claude' }, shell, { ...outer, name: 'claude' }] as ChainLink[];
    expect(isNested(named, nowhere)).toBe(true);
    const scripts = chain('/bin/sh', '/usr/bin/node /opt/agent.js', '/usr/bin/node /opt/wrapper.js').map(
      (link) => ({ ...link, name: 'node' }),
    );
    expect(isNested(scripts, nowhere)).toBe(false);
  });

  it('is nested in the agent that its environment names, whatever their names', () => {
    const other = chain('/bin/sh', '/v/2.1.331', '/bin/bash', '/opt/claude', '/usr/bin/tmux');
    expect(isNested(other, { ...nowhere, startedIn: (pid) => (pid === 99 ? 97 : null) })).toBe(true);
    expect(isNested(other, { ...nowhere, startedIn: () => 4711 })).toBe(false); // it has ended, or is not in the chain
    const child = spawn('/bin/sleep', ['60'], { env: { OUTER_PID: '97' } });
    try {
      expect(startedIn(child.pid ?? 0, ['NO_PID', 'OUTER_PID'])).toBe(97);
      expect(startedIn(child.pid ?? 0, ['NO_PID'])).toBeNull();
    } finally {
      child.kill();
    }
    expect(startedIn(2 ** 30, ['OUTER_PID'])).toBeNull();
  });

  it('is nested below another kind of agent', () => {
    const other = chain('/bin/bash', '/opt/claude', '/bin/bash', '/opt/codex', '/usr/bin/tmux');
    expect(isNested(other, nowhere)).toBe(true);
    expect(isNested(other, { ...nowhere, programs: new Set(['claude']) })).toBe(false);
  });

  it('is not nested below a script with the agent’s name', () => {
    const [sh, agent, script] = chain('/bin/sh', '/opt/lib/codex', '/bin/bash');
    const wrapped = [sh, agent, { ...script, name: 'codex' }] as ChainLink[];
    expect(isNested(wrapped, nowhere)).toBe(false);
  });

  it('is found by its own pid, whatever program runs the hook for it', () => {
    const nested = chain('/usr/bin/python3', '/opt/claude', '/bin/bash', '/opt/claude');
    expect(isNested(nested, { ...nowhere, agentPid: 99 })).toBe(true);
    expect(isNested(nested, nowhere)).toBe(false);
  });

  it('is not nested in an agent of another window that started this terminal', () => {
    const below = chain(
      '/bin/sh',
      '/opt/claude',
      '/usr/bin/node ccbot-worker.js',
      '/bin/bash',
      '/opt/claude',
    );
    expect(isNested(below, { ...nowhere, sameWindow: (pid) => pid > 97 })).toBe(false);
    expect(isNested(below, { ...nowhere, sameWindow: () => true })).toBe(true);
  });

  it('is not nested when in doubt', () => {
    expect(isNested([], nowhere)).toBe(false);
    expect(isNested(chain('/usr/bin/bash', '/bin/sh'), nowhere)).toBe(false);
  });

  it('recognizes a process of the same window by its environment', () => {
    const own = process.env['PATH'];
    expect(sameWindow(process.pid, {})).toBeNull();
    expect(sameWindow(process.pid, { CCBOT_SESSION: 'no such session' })).toBe(false);
    expect(sameWindow(2 ** 30, { CCBOT_SESSION: 'x' })).toBeNull();
    const child = spawn('/bin/sleep', ['60'], { env: { CCBOT_SESSION: 's', TMUX_PANE: '%1', PATH: own } });
    try {
      expect(sameWindow(child.pid ?? 0, { CCBOT_SESSION: 's', TMUX_PANE: '%1' })).toBe(true);
      expect(sameWindow(child.pid ?? 0, { CCBOT_SESSION: 's', TMUX_PANE: '%2' })).toBe(false);
    } finally {
      child.kill();
    }
  });

  it('is judged by the real processes above it', async () => {
    expect((await processChain(process.pid))[0]?.pid).toBe(process.pid);
    expect(await processChain(2 ** 30)).toEqual([]);
  });
});
