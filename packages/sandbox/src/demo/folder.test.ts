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
const wordsOf = (opened: OpenedFolder): string => (opened.ok ? 'opened' : opened.words);

/** The lock of a ccbot that works in the demo's state. */
function runningCcbot(): Lock {
  mkdirSync(join(dir, 'state'));
  const taken = acquireLock(join(dir, 'state', 'ccbot.lock'), holderOfThisProcess('0', dir, 0, 'supervisor'));
  if (!taken.ok) throw new Error('the lock is held');
  return taken.lock;
}

it('keeps the address of the chat for the person’s own eyes, until it is closed', () => {
  const opened = open();
  if (!opened.ok) throw new Error(opened.words);
  opened.folder.announce('http://127.0.0.1:1/secret/');
  expect(statSync(join(dir, 'demo.json')).mode & 0o777).toBe(0o600);
  expect(wordsOf(open())).toContain('http://127.0.0.1:1/secret/');
  opened.folder.close();
  expect(() => statSync(join(dir, 'demo.json'))).toThrow('ENOENT');
  expect(wordsOf(open())).toBe('opened');
});

it('names the holder when the other demo has no address yet, or wrote half of it', () => {
  expect(wordsOf(open())).toBe('opened');
  expect(wordsOf(open())).toContain(join(dir, 'demo.lock'));
  writeFileSync(join(dir, 'demo.json'), '{"page":');
  expect(wordsOf(open())).toContain(String(process.pid));
});

it('stops a ccbot that was left running before it clears the state', () => {
  const left = runningCcbot();
  const stopped: string[] = [];
  const opened = open(dir, (state) => {
    stopped.push(state);
    left.release();
  });
  expect(wordsOf(opened)).toBe('opened');
  expect(stopped).toEqual([join(dir, 'state')]);
});

it('leaves the state alone while a ccbot works in it that does not stop', () => {
  const left = runningCcbot();
  expect(wordsOf(open())).toContain(join(dir, 'state', 'ccbot.lock'));
  expect(readFileSync(join(dir, 'state', 'ccbot.lock'), 'utf8')).toContain('"pid"');
  left.release();
  expect(wordsOf(open())).toBe('opened');
});

it('says why a directory cannot be used', () => {
  writeFileSync(join(dir, 'file'), '');
  expect(wordsOf(open(join(dir, 'file')))).toMatch(/cannot be made/);
  writeFileSync(join(dir, 'project'), '');
  expect(wordsOf(open())).toMatch(/cannot be used/);
});
