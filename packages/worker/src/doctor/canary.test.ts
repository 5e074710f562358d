import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathsOf } from '@ccbot/shared/config/paths';
import type { CanaryResult, Finding } from '../canary/model';
import { canaryPath, storeResult } from '../canary/result';
import { examineCanary } from './canary';
import type { DoctorDeps } from './deps';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'ccbot-canary-test-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const examine = async (text?: string) => {
  if (text !== undefined) writeFileSync(canaryPath(dir), text);
  const [check] = await examineCanary({ paths: pathsOf(dir) } as DoctorDeps);
  return check;
};
const result = (...findings: Finding[]): string =>
  JSON.stringify({
    results: [{ agent: 'claude', version: '2.1.330', at: 0, findings } satisfies CanaryResult],
  });

it('is ok when the version behaves as expected, and when there is no result yet', async () => {
  expect(await examine()).toMatchObject({
    verdict: 'ok',
    detail: expect.stringContaining('not run') as string,
  });
  expect(await examine(result({ step: 'ready', ok: true }))).toMatchObject({ verdict: 'ok' });
  for (const garbage of [
    '',
    '{',
    'null',
    '[]',
    '{"version":1}',
    '{"results":{}}',
    '{"results":[null,{"version":1}]}',
  ])
    expect((await examine(garbage))?.verdict).toBe('ok');
});

it('names the failed checks and what to do', async () => {
  const check = await examine(
    result(
      { step: 'ready', ok: true },
      { step: 'typing', ok: false, trouble: 'a prompt does not arrive' },
      { step: 'dialog', ok: false, trouble: 'not looked at' },
    ),
  );
  expect(check).toMatchObject({ verdict: 'warn', todo: expect.stringContaining('ccbot canary') as string });
  expect(check?.detail).toBe('2.1.330: a prompt does not arrive (1970-01-01)');
});

it('reports each agent once', async () => {
  const goodResult = (agent: string): CanaryResult => ({ agent, version: '1.0', at: 0, findings: [] });
  for (const agent of ['claude', 'codex', 'claude']) storeResult(dir, goodResult(agent));
  const checks = await examineCanary({ paths: pathsOf(dir) } as DoctorDeps);
  expect(checks.map(({ id }) => id)).toEqual(['canary-codex', 'canary-claude']);
});
