import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { examineTemporary, type TemporaryPlaces } from './temporary';

let dir: string;
let places: TemporaryPlaces;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-temporary-'));
  places = { shared: join(dir, 'ccbot-1'), tmux: join(dir, 'tmux-1') };
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const me = process.getuid?.() ?? 0;
const verdicts = (uid: number): string[] =>
  examineTemporary({ host: { uid } }, places).checks.map(({ verdict }) => verdict);

it('is ok when the directories are ours or missing', () => {
  expect(verdicts(me)).toEqual(['ok']);
  mkdirSync(places.shared);
  mkdirSync(places.tmux);
  expect(verdicts(me)).toEqual(['ok']);
});

it('warns of another user’s directory, and of a link or file in its place', () => {
  mkdirSync(places.shared);
  mkdirSync(places.tmux);
  expect(verdicts(me + 1)).toEqual(['warn', 'bad']);
  rmSync(places.shared, { recursive: true });
  symlinkSync(places.tmux, places.shared);
  expect(verdicts(me)).toEqual(['warn']);
});
