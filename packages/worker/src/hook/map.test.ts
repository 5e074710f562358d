import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMap, type MapEntry } from './map';
import { replaceFile } from './replace-file';
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
  server: '42',
});

describe('session_map.json', () => {
  const path = (): string => join(dir, 'sub', 'session_map.json');

  it('is written whole, for this user only, and only when something changed', () => {
    expect(setEntry(path(), 'ccbot:@1', entry('a'), 0)).toBe(true);
    const before = statSync(path());
    expect(before.mode & 0o777).toBe(0o600);
    expect(setEntry(path(), 'ccbot:@1', entry('a'), 0)).toBe(false);
    expect(statSync(path()).ino).toBe(before.ino);
    expect(setEntry(path(), 'ccbot:@1', entry('b'), 0)).toBe(true);
    expect(readMap(path())).toEqual({ 'ccbot:@1': entry('b') });
    expect(readdirSync(join(dir, 'sub')).filter((f) => f.endsWith('.tmp'))).toEqual([]);
  });

  it('forgets where a session ran before', () => {
    setEntry(path(), 'ccbot:@1', entry('a'), 0);
    setEntry(path(), 'ccbot:@2', { ...entry('a'), pane: '%2' }, 0);
    expect(Object.keys(readMap(path()) ?? {})).toEqual(['ccbot:@2']);
  });

  it('is kept aside when it is damaged, and made anew', () => {
    mkdirSync(join(dir, 'sub'));
    writeFileSync(path(), '{"half');
    setEntry(path(), 'ccbot:@1', entry('a'), 77);
    expect(readMap(path())).toEqual({ 'ccbot:@1': entry('a') });
    expect(readFileSync(`${path()}.broken-77`, 'utf8')).toBe('{"half');
  });
});

describe('a file that is replaced', () => {
  it('leaves nothing beside it when that fails', () => {
    mkdirSync(join(dir, 'settings.json')); // nothing can be renamed onto a folder
    expect(() => replaceFile(join(dir, 'settings.json'), 'new', 0o600)).toThrow();
    expect(readdirSync(dir)).toEqual(['settings.json']);
  });
});
