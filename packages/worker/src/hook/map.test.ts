import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMap, type MapEntry } from './map';
import { replaceFile } from '@ccbot/shared/files/replace-file';
import { setEntry } from './write-map';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'ccbot-hook-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const entry = (session_id: string): MapEntry => ({
  session_id,
  cwd: '/c',
  window_name: 'w',
  backend: 'claude',
  transcript_path: '/t',
  pane: '%1',
  server: String(process.pid),
});

describe('session_map.json', () => {
  const path = (): string => join(dir, 'sub', 'session_map.json');

  it('is replaced as a whole, readable for this user only, and only when something changed', () => {
    expect(setEntry(path(), 'ccbot:@1', entry('a'), 0)).toBe(true);
    const before = statSync(path());
    expect(before.mode & 0o777).toBe(0o600);
    expect(setEntry(path(), 'ccbot:@1', entry('a'), 0)).toBe(false);
    expect(statSync(path()).ino).toBe(before.ino);
    expect(setEntry(path(), 'ccbot:@1', entry('b'), 0)).toBe(true);
    expect(readMap(path())).toEqual({ 'ccbot:@1': entry('b') });
    expect(readdirSync(join(dir, 'sub')).filter((f) => f.endsWith('.tmp'))).toEqual([]);
  });

  it('forgets the previous window of a session', () => {
    setEntry(path(), 'ccbot:@1', entry('a'), 0);
    setEntry(path(), 'ccbot:@2', { ...entry('a'), pane: '%2' }, 0);
    expect(Object.keys(readMap(path()) ?? {})).toEqual(['ccbot:@2']);
  });

  it('forgets closed windows, and those of a server that has ended', async () => {
    const child = spawn('true');
    await once(child, 'exit');
    const entryWith = (session: string, more: Partial<MapEntry>): MapEntry => ({
      ...entry(session),
      ...more,
    });
    setEntry(path(), 'ccbot:@1', entryWith('a', { server: String(child.pid) }), 0);
    expect(Object.keys(readMap(path()) ?? {})).toEqual(['ccbot:@1']);
    setEntry(path(), 'desk:@7', entryWith('b', { server: '1', pane: '%7' }), 0); // another running server
    setEntry(path(), 'ccbot:@2', entryWith('c', { pane: '%2' }), 0);
    setEntry(path(), 'ccbot:@3', entryWith('d', { pane: '%3' }), 0);
    expect(Object.keys(readMap(path()) ?? {})).toEqual(['desk:@7', 'ccbot:@2', 'ccbot:@3']);
    setEntry(path(), 'ccbot:@4', entryWith('e', { pane: '%4' }), 0, new Set(['ccbot:@3', 'ccbot:@4']));
    expect(Object.keys(readMap(path()) ?? {})).toEqual(['desk:@7', 'ccbot:@3', 'ccbot:@4']);
  });

  it('keeps entries of another program without a server', () => {
    mkdirSync(join(dir, 'sub'));
    writeFileSync(path(), JSON.stringify({ 'other:@1': { session_id: 'x' }, 'other:@2': null }));
    setEntry(path(), 'ccbot:@1', entry('a'), 0, new Set(['ccbot:@1']));
    expect(Object.keys(readMap(path()) ?? {})).toEqual(['other:@1', 'other:@2', 'ccbot:@1']);
  });

  it('is moved aside when it is damaged, and created again', () => {
    mkdirSync(join(dir, 'sub'));
    writeFileSync(path(), '{"half');
    setEntry(path(), 'ccbot:@1', entry('a'), 77);
    expect(readMap(path())).toEqual({ 'ccbot:@1': entry('a') });
    expect(readFileSync(`${path()}.broken-77`, 'utf8')).toBe('{"half');
  });
});

describe('replaceFile', () => {
  it('cleans up when it fails', () => {
    mkdirSync(join(dir, 'settings.json')); // a file cannot be renamed onto a directory
    expect(() => replaceFile(join(dir, 'settings.json'), 'new', 0o600)).toThrow();
    expect(readdirSync(dir)).toEqual(['settings.json']);
  });
});
