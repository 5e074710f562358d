import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { TMUX } from '@ccbot/shared/fixtures/tmux';
import { prepareSystem, WORKER, type System } from './harness/system';

let system: System;
afterEach(() => system.stop());

interface Result {
  agent: string;
  version: string;
  findings: { ok: boolean; trouble?: string }[];
}
const canary = (...options: string[]): { status: number | null; ok: boolean; results: Result[] } => {
  const { status, stdout } = system.run(WORKER, 'canary', '--json', ...options);
  return { status, ...(JSON.parse(stdout) as { ok: boolean; results: Result[] }) };
};
/** Canary sockets without a tmux server. */
const deadSockets = (): string[] =>
  readdirSync(`/tmp/tmux-${userInfo().uid}`).filter(
    (name) => name.startsWith('ccbot-canary-') && spawnSync(TMUX, ['-L', name, 'ls']).status !== 0,
  );

it('passes with the pinned agents, each in its own home', async () => {
  system = await prepareSystem({ codex: true });
  const before = readFileSync(join(system.home, '.claude.json'), 'utf8');
  const deadBefore = deadSockets();
  const { status, ok, results } = canary();
  expect(results.flatMap(({ findings }) => findings.filter((finding) => !finding.ok))).toEqual([]);
  expect([status, ok]).toEqual([0, true]);
  expect(results.map(({ agent }) => agent)).toEqual(['claude', 'codex']);
  for (const { version } of results) expect(version).toMatch(/\d+\.\d+\.\d+/);
  expect(readFileSync(join(system.home, '.claude.json'), 'utf8')).toBe(before);
  expect(existsSync(join(system.home, '.claude/projects'))).toBe(false);
  expect(existsSync(join(system.home, '.codex/sessions'))).toBe(false);
  expect(existsSync(join(system.ccbotDir, 'canary.json'))).toBe(true);
  expect(deadSockets().filter((name) => !deadBefore.includes(name))).toEqual([]);
});

it('explains what a different agent does not do', async () => {
  system = await prepareSystem();
  const agent = join(system.dir, 'otherwise.sh');
  const script = '#!/bin/sh\n[ "$1" = --version ] && { echo 9.9.9; exit; }\necho Welcome; exec cat\n';
  writeFileSync(agent, script, { mode: 0o755 });
  system.env['CLAUDE_COMMAND'] = agent;
  system.env['CODEX_COMMAND'] = join(system.dir, 'not-there');
  const { status, ok, results } = canary('--patience', '3');
  expect([status, ok, results.map(({ version }) => version)]).toEqual([1, false, ['9.9.9']]);
  const [result] = results;
  expect(result?.findings[0]).toMatchObject({
    ok: false,
    trouble: 'ccbot does not see when it is ready for text',
  });
  expect(result?.findings[1]).toMatchObject({ ok: false, trouble: 'not looked at' });
});
