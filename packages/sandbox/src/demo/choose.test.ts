import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { chooseAgent, type Choice, type Terminal } from './choose';

let dir: string;
let printed: string;
let terminal: Terminal & { input: PassThrough };
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-choose-'));
  printed = '';
  const output = new PassThrough();
  output.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  terminal = {
    input: Object.assign(new PassThrough(), { isTTY: true }),
    output: Object.assign(output, { isTTY: true }),
  };
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Installs programs that fail when they are run. */
function install(...names: string[]): void {
  for (const name of names) writeFileSync(join(dir, name), '#!/bin/sh\nexit 99\n', { mode: 0o755 });
}

const choose = (requested?: string): Promise<Choice> => chooseAgent(requested, dir, terminal);

it('takes the scripted agent without asking when there is no other', async () => {
  expect(await choose()).toEqual({ agent: undefined });
  expect(printed).toBe('');
});

it('takes the scripted agent without asking when there is no terminal', async () => {
  install('claude');
  terminal.input = Object.assign(new PassThrough(), { isTTY: false });
  expect(await choose()).toEqual({ agent: undefined });
  expect(printed).toBe('');
});

it('takes the agent of the command line, installed or not, without asking', async () => {
  install('claude');
  expect(await choose('scripted')).toEqual({ agent: undefined });
  expect(await choose('/opt/claude --model x')).toEqual({ agent: '/opt/claude --model x' });
  expect(printed).toBe('');
});

it.each([
  ['', undefined],
  ['1', undefined],
  ['2', 'claude'],
  ['3', 'codex'],
  [' Codex ', 'codex'],
  ['scripted', undefined],
])('asks which installed agent to use, and reads “%s” as %s', async (answer, agent) => {
  install('claude', 'codex');
  const choice = choose();
  terminal.input.write(`${answer}\n`);
  expect(await choice).toEqual({ agent });
  expect(printed).toMatch(/1 {2}the scripted agent .*\n {2}2 {2}claude\n {2}3 {2}codex\nNumber \[1\]: $/);
});

it('asks again after an invalid answer', async () => {
  install('codex');
  const choice = choose();
  terminal.input.write('7\n-1\nwhat\n2\n');
  expect(await choice).toEqual({ agent: 'codex' });
  expect(printed.match(/Please enter a number from 1 to 2/g)).toHaveLength(3);
});

it('cancels at Ctrl-D and Ctrl-C, and leaves no listener behind', async () => {
  install('claude');
  const before = process.listenerCount('SIGINT');
  const first = choose();
  terminal.input.end();
  expect(await first).toBe('cancelled');
  terminal.input = Object.assign(new PassThrough(), { isTTY: true });
  const second = choose();
  process.emit('SIGINT');
  expect(await second).toBe('cancelled');
  expect(process.listenerCount('SIGINT')).toBe(before);
});

it('ignores a directory with the name of an agent, and a file that is not executable', async () => {
  mkdirSync(join(dir, 'claude'));
  install('codex');
  chmodSync(join(dir, 'codex'), 0o644);
  expect(await choose()).toEqual({ agent: undefined });
  expect(printed).toBe('');
});
