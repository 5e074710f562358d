import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hooksFor, runHook } from './hooks';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'ccbot-agent-hooks-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const settings = (text: string): void => writeFileSync(join(dir, 'settings.json'), text);

describe('the hooks of the scripted agent', () => {
  it('are the hooks of the event, each command once, with their time limits', () => {
    const hooks = [
      { type: 'command', command: 'a', timeout: 3 },
      { type: 'command', command: 'b' },
    ];
    settings(
      JSON.stringify({ hooks: { Stop: [{ hooks }, { hooks: hooks.slice(0, 1) }], Other: [{ hooks }] } }),
    );
    expect(hooksFor(dir, 'Stop')).toEqual([
      { command: 'a', timeout: 3_000 },
      { command: 'b', timeout: 60_000 },
    ]);
    expect(hooksFor(dir, 'SessionStart')).toEqual([]);
  });

  it.each([
    '',
    '{',
    '[]',
    '{"hooks":7}',
    '{"hooks":{"Stop":[null,{"hooks":"x"},{"hooks":[{"command":""}]}]}}',
  ])('are none in settings like %s', (text) => {
    settings(text);
    expect(hooksFor(dir, 'Stop')).toEqual([]);
  });

  it('get the payload, and may fail or ignore it', async () => {
    await runHook({ command: `cat > '${dir}/got'`, timeout: 5_000 }, '{"a":1}');
    expect(readFileSync(join(dir, 'got'), 'utf8')).toBe('{"a":1}');
    await runHook({ command: 'exit 3', timeout: 5_000 }, 'x'.repeat(1_000_000));
    await runHook({ command: '/no/such/program', timeout: 5_000 }, '');
  });

  it('are killed at their time limit, with the processes they started', async () => {
    await runHook({ command: 'sleep 600 & sleep 600', timeout: 50 }, '');
  });
});
