import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepareSystem, WORKER, type System } from './harness/system';

jest.setTimeout(150_000);

let system: System;
afterEach(() => system.stop());

const canary = (): {
  status: number | null;
  result: { ok: boolean; version: string; findings: { ok: boolean; trouble?: string }[] };
} => {
  const { status, stdout } = system.run(WORKER, 'canary', '--json');
  return { status, result: JSON.parse(stdout) as never };
};

it('passes with the pinned Claude Code, in a home of its own', async () => {
  system = await prepareSystem();
  const before = readFileSync(join(system.home, '.claude.json'), 'utf8');
  const { status, result } = canary();
  expect(result.findings.filter((finding) => !finding.ok)).toEqual([]);
  expect([status, result.ok]).toEqual([0, true]);
  expect(result.version).toMatch(/^\d+\.\d+\.\d+/);
  expect(readFileSync(join(system.home, '.claude.json'), 'utf8')).toBe(before);
  expect(existsSync(join(system.home, '.claude/projects'))).toBe(false);
  expect(existsSync(join(system.ccbotDir, 'canary.json'))).toBe(true);
});

it('says in words what an agent does not do that behaves otherwise', async () => {
  system = await prepareSystem();
  const agent = join(system.dir, 'otherwise.sh');
  const script = '#!/bin/sh\n[ "$1" = --version ] && { echo 9.9.9; exit; }\necho Welcome; exec cat\n';
  writeFileSync(agent, script, { mode: 0o755 });
  system.env['CLAUDE_COMMAND'] = agent;
  const { status, result } = canary();
  expect([status, result.ok, result.version]).toEqual([1, false, '9.9.9']);
  expect(result.findings[0]).toMatchObject({ ok: false, trouble: 'it is not seen to be ready for text' });
  expect(result.findings[1]).toMatchObject({ ok: false, trouble: 'not looked at' });
});
