import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { projectDirectory } from './discover';
import { directoryOf, findTranscript } from './stored';

const ID = '11111111-2222-4333-8444-555555555555';
let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'ccbot-stored-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A transcript of a project, with these records; `age`: how long ago it was written, seconds. */
function transcript(cwd: string, records: readonly unknown[], age = 0): string {
  const path = join(projectDirectory(dir, cwd), `${ID}.jsonl`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  const at = Date.now() / 1_000 - age;
  utimesSync(path, at, at);
  return path;
}

describe('the transcript of a session', () => {
  it('is found in whatever project it is, and the one that was written last counts', async () => {
    expect(await findTranscript(dir, ID)).toBeNull();
    transcript('/shop', [], 60);
    const moved = transcript('/shop/.claude/worktrees/x', []);
    expect(await findTranscript(dir, ID)).toBe(moved);
  });

  it('is not looked for by an id that leads out of the projects', async () => {
    writeFileSync(join(dir, 'x.jsonl'), '');
    mkdirSync(join(dir, 'projects/p'), { recursive: true });
    expect(await findTranscript(dir, '../../x')).toBeNull();
  });

  it('is no directory of that name', async () => {
    mkdirSync(join(projectDirectory(dir, '/shop'), `${ID}.jsonl`), { recursive: true });
    expect(await findTranscript(dir, ID)).toBeNull();
  });
});

describe('the directory of a stored session', () => {
  const relocated = (relocatedCwd: string) => ({ type: 'relocated', sessionId: ID, relocatedCwd });

  it('is that of its project, not that of its shell', async () => {
    const path = transcript('/shop', [
      { type: 'user', cwd: '/shop' },
      { type: 'user', cwd: '/shop/src' },
    ]);
    expect(await directoryOf(path)).toBe('/shop');
  });

  it('is the one it moved to last', async () => {
    const path = transcript('/shop', [
      { type: 'user', cwd: '/shop' },
      relocated('/shop/tree'),
      { type: 'user', cwd: '/shop/tree' },
      relocated('/shop'),
    ]);
    expect(await directoryOf(path)).toBe('/shop');
  });

  it('is unknown for garbage, half a record, and a transcript that is gone', async () => {
    const path = transcript('/shop', [{ cwd: 7 }, relocated('relative'), { cwd: `/shop\n/etc` }]);
    writeFileSync(path, 'not JSON\n{"cwd":"/sh', { flag: 'a' });
    expect(await directoryOf(path)).toBeNull();
    expect(await directoryOf(join(dir, 'none.jsonl'))).toBeNull();
  });
});
