import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OLD_SETPRIVS, pathWith, pathWithOldSetpriv } from '@ccbot/shared/fixtures/old-programs';
import { createPatient, only, type Patient } from '../fixtures/doctor';
import type { Manager } from '../service/manager';
import { examinePrograms } from './programs';

let patient: Patient;
let dir: string;
beforeEach(() => {
  patient = createPatient();
  dir = mkdtempSync(join(tmpdir(), 'ccbot-programs-'));
});
afterEach(() => {
  patient.remove();
  rmSync(dir, { recursive: true });
});

it('is ok where every helper runs', async () => {
  for (const name of ['setpriv', 'prlimit']) patient.program(name, 'exit 0');
  expect(only(await examinePrograms(patient.deps(), 'linux'), 'programs')).toMatchObject({
    verdict: 'ok',
    detail: 'setpriv, prlimit',
  });
});

it.each(OLD_SETPRIVS)('says in one line what ccbot does without the setpriv of %s', async (kind) => {
  patient.program('prlimit', 'exit 0');
  patient.env['PATH'] = `${pathWithOldSetpriv(dir, kind).split(':')[0]}:${patient.env['PATH']}`;
  const found = only(await examinePrograms(patient.deps(), 'linux'), 'programs');
  expect(found).toMatchObject({ verdict: 'warn', todo: expect.stringContaining('util-linux') as string });
  expect(found.detail).toMatch(/^setpriv is not usable \(setpriv: .*\), so a worker notices/);
  expect(found.detail).not.toContain('\n');
});

it('says it of a missing one, and asks for what each system has only', async () => {
  patient.program('setpriv', 'exit 0');
  patient.env['PATH'] = join(patient.dir, 'bin');
  const found = only(await examinePrograms(patient.deps(), 'linux'), 'programs');
  expect(found.detail).toMatch(/^prlimit is not usable \(not installed\)/);
  pathWith(join(patient.dir, 'bin'), 'ps', 'exit 0');
  expect(only(await examinePrograms(patient.deps(), 'darwin'), 'programs').detail).toBe('ps');
});

it('asks for systemd-notify only where systemd starts ccbot', async () => {
  for (const name of ['setpriv', 'prlimit']) patient.program(name, 'exit 0');
  patient.program('systemd-notify', 'echo "not in this container" >&2; exit 1');
  const service = (): Manager => ({ kind: 'systemd' }) as Manager;
  expect(only(await examinePrograms(patient.deps({ service }), 'linux'), 'programs').detail).toMatch(
    /^systemd-notify is not usable \(not in this container\), so systemd shows/,
  );
});

it('takes the helpers of this machine', async () => {
  const ran: string[] = [];
  const run: Parameters<typeof examinePrograms>[0]['run'] = (program, args) =>
    new Promise((resolve) => {
      ran.push(program);
      execFile(program, args, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : 1, stdout, stderr }),
      );
    });
  await examinePrograms({ run, service: () => null });
  expect(ran.length).toBeGreaterThan(0);
});
