import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acquireLock, type Lock } from '@ccbot/shared/lock/flock';
import { holderOfThisProcess } from '@ccbot/shared/lock/holder';
import { openFolder, type OpenedFolder } from './folder';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'ccbot-folder-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const open = (path = dir, stopLeftOver: (state: string) => void = () => undefined): OpenedFolder =>
  openFolder(path, '0', 0, stopLeftOver);
const messageOf = (opened: OpenedFolder): string => (opened.ok ? 'opened' : opened.message);

/** The lock of a ccbot that runs in the demo's state. */
function runningCcbot(): Lock {
  mkdirSync(join(dir, 'state'));
  const holder = holderOfThisProcess('0', dir, 0, 'supervisor');
  const acquired = acquireLock(join(dir, 'state', 'ccbot.lock'), holder);
  if (!acquired.ok) throw new Error('the lock is held');
  return acquired.lock;
}

it('stores the address of the chat, readable by the user only, until it is closed', () => {
  const opened = open();
  if (!opened.ok) throw new Error(opened.message);
  opened.folder.announce('http://127.0.0.1:1/secret/');
  expect(statSync(join(dir, 'demo.json')).mode & 0o777).toBe(0o600);
  expect(messageOf(open())).toContain('http://127.0.0.1:1/secret/');
  opened.folder.close();
  expect(() => statSync(join(dir, 'demo.json'))).toThrow('ENOENT');
  expect(messageOf(open())).toBe('opened');
});

it('names the lock holder when the address of the other demo is missing or incomplete', () => {
  expect(messageOf(open())).toBe('opened');
  expect(messageOf(open())).toContain(join(dir, 'demo.lock'));
  writeFileSync(join(dir, 'demo.json'), '{"page":');
  expect(messageOf(open())).toContain(String(process.pid));
});

it('stops a leftover ccbot before it clears the state', () => {
  const lock = runningCcbot();
  const stopped: string[] = [];
  const opened = open(dir, (state) => {
    stopped.push(state);
    lock.release();
  });
  expect(messageOf(opened)).toBe('opened');
  expect(stopped).toEqual([join(dir, 'state')]);
});

it('leaves the state alone when the leftover ccbot does not stop', () => {
  const lock = runningCcbot();
  expect(messageOf(open())).toContain(join(dir, 'state', 'ccbot.lock'));
  expect(readFileSync(join(dir, 'state', 'ccbot.lock'), 'utf8')).toContain('"pid"');
  lock.release();
  expect(messageOf(open())).toBe('opened');
});

it('explains why a directory cannot be used', () => {
  writeFileSync(join(dir, 'file'), '');
  expect(messageOf(open(join(dir, 'file')))).toMatch(/cannot create/);
  writeFileSync(join(dir, 'project'), '');
  expect(messageOf(open())).toMatch(/cannot use/);
});
