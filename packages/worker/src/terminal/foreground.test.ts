import { readdirSync, readFileSync } from 'node:fs';
import { spawn, type IPty } from 'node-pty';
import { until } from '@ccbot/shared/fixtures/until';
import { isInForeground } from './foreground';

let shell: IPty;
let output: string;
beforeEach(() => {
  output = '';
  const env = { PATH: '/usr/bin:/bin', PS1: 'ready$ ' };
  shell = spawn('/bin/bash', ['--norc', '--noprofile', '-i'], { env, cwd: '/' });
  shell.onData((text) => (output += text));
});
afterEach(() => shell.kill('SIGKILL'));

/** The child of the shell that runs a program. */
function child(program: string): number | undefined {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => {
      try {
        const [, name, rest = ''] = /\((.*)\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
        return name === program && rest.split(' ')[1] === String(shell.pid);
      } catch {
        return false; // ended meanwhile
      }
    });
}

it('knows whether a program reads the terminal, or the shell around it', async () => {
  await until(() => output.includes('ready$'));
  expect(isInForeground(shell.pid)).toBe(true);
  shell.write('sleep 1000\r');
  await until(() => isInForeground(child('sleep') ?? 0) === true);
  expect(isInForeground(shell.pid)).toBe(false);
  shell.write('\u001a'); // Ctrl-Z
  await until(() => output.includes('Stopped'));
  await until(() => isInForeground(shell.pid) === true);
  expect(isInForeground(child('sleep') ?? 0)).toBe(false);
  shell.write('fg\r');
  await until(() => isInForeground(child('sleep') ?? 0) === true);
});

it('knows nothing of a process that is gone', () => {
  expect(isInForeground(2 ** 30)).toBeNull();
});
