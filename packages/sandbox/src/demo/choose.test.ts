import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { chooseAgent, type Chosen, type Terminal } from './choose';

let dir: string;
let said: string;
let terminal: Terminal & { input: PassThrough };
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-choose-'));
  said = '';
  const output = new PassThrough();
  output.on('data', (chunk: Buffer) => (said += chunk.toString()));
  terminal = {
    input: Object.assign(new PassThrough(), { isTTY: true }),
    output: Object.assign(output, { isTTY: true }),
  };
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Puts a program there that nobody must start. */
function install(...names: string[]): void {
  for (const name of names) writeFileSync(join(dir, name), '#!/bin/sh\nexit 99\n', { mode: 0o755 });
}

const choose = (asked?: string): Promise<Chosen> => chooseAgent(asked, dir, terminal);

it('takes the scripted agent without a question when no other is found', async () => {
  expect(await choose()).toEqual({ agent: undefined });
  expect(said).toBe('');
});

it('takes the scripted agent without a question when there is nobody to ask', async () => {
  install('claude');
  terminal.input = Object.assign(new PassThrough(), { isTTY: false });
  expect(await choose()).toEqual({ agent: undefined });
  expect(said).toBe('');
});

it('takes what the command line says, found or not, without a question', async () => {
  install('claude');
  expect(await choose('scripted')).toEqual({ agent: undefined });
  expect(await choose('/opt/claude --model x')).toEqual({ agent: '/opt/claude --model x' });
  expect(said).toBe('');
});

it.each([
  ['', undefined],
  ['1', undefined],
  ['2', 'claude'],
  ['3', 'codex'],
  [' Codex ', 'codex'],
  ['scripted', undefined],
])('asks which one of those that are found, and takes “%s” for %s', async (answer, agent) => {
  install('claude', 'codex');
  const chosen = choose();
  terminal.input.write(`${answer}\n`);
  expect(await chosen).toEqual({ agent });
  expect(said).toMatch(/1 {2}the scripted agent .*\n {2}2 {2}claude\n {2}3 {2}codex\nNumber \[1\]: $/);
});

it('asks again after an answer that is none', async () => {
  install('codex');
  const chosen = choose();
  terminal.input.write('7\n-1\nwhat\n2\n');
  expect(await chosen).toEqual({ agent: 'codex' });
  expect(said.match(/It is a number, 1 to 2/g)).toHaveLength(3);
});

it('takes Ctrl-D and Ctrl-C for giving up, and leaves no listener behind', async () => {
  install('claude');
  const before = process.listenerCount('SIGINT');
  const first = choose();
  terminal.input.end();
  expect(await first).toBe('gave-up');
  terminal.input = Object.assign(new PassThrough(), { isTTY: true });
  const second = choose();
  process.emit('SIGINT');
  expect(await second).toBe('gave-up');
  expect(process.listenerCount('SIGINT')).toBe(before);
});

it('sees no agent in a directory of that name, nor in a file that cannot be run', async () => {
  mkdirSync(join(dir, 'claude'));
  install('codex');
  chmodSync(join(dir, 'codex'), 0o644);
  expect(await choose()).toEqual({ agent: undefined });
  expect(said).toBe('');
});
