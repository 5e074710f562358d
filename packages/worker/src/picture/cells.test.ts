import type { Capture } from '../terminal/model';
import { readGrid, type Run } from './cells';
import { BACKGROUND, FOREGROUND } from './palette';

const captureOf = (...lines: string[]): Capture => ({
  cols: 40,
  rows: 5,
  lines,
  cursor: null,
  alternate: false,
});
const rowsOf = async (...lines: string[]): Promise<readonly (readonly Run[])[]> =>
  (await readGrid(captureOf(...lines))).rows;

describe('the cells of a captured screen', () => {
  it('keep their colours: of sixteen, of 256, any', async () => {
    const [row = []] = await rowsOf('\u001b[31ma\u001b[38;5;208mb\u001b[38;2;1;2;3mc\u001b[0;48;5;244md');
    expect(row.map((run) => [run.text, run.style.fg, run.style.bg])).toEqual([
      ['a', '#e5616b', null],
      ['b', '#ff8700', null],
      ['c', '#010203', null],
      ['d', FOREGROUND, '#808080'],
    ]);
  });

  it('keep their attributes, also those that carry over from the row before', async () => {
    const [first = [], second = []] = await rowsOf(
      '\u001b[1;3mab\u001b[0;4mc\u001b[0;7md\u001b[0;9;31me',
      'f',
    );
    expect(
      first.map(({ text, style: { bold, italic, underline, strike } }) => [
        text,
        bold,
        italic,
        underline,
        strike,
      ]),
    ).toEqual([
      ['ab', true, true, false, false],
      ['c', false, false, true, false],
      ['d', false, false, false, false],
      ['e', false, false, false, true],
    ]);
    expect(first[2]?.style).toMatchObject({ fg: BACKGROUND, bg: FOREGROUND });
    expect(second[0]?.style).toMatchObject({ fg: '#e5616b', strike: true });
  });

  it('keep their hue when dim, and are empty when invisible', async () => {
    const [row = []] = await rowsOf('\u001b[2;32mdim\u001b[0;8msecret');
    expect(row.map((run) => run.text)).toEqual(['dim']);
    expect(row[0]?.style.fg).not.toBe('#8cc570');
  });

  it('stand where tmux puts them after wide characters, emoji and marks', async () => {
    const [row = [], joined = []] = await rowsOf('漢字a🎉b', 'e\u0301c👩\u200d💻d');
    expect(row.map((run) => [run.x, run.text.trim()])).toEqual([
      [0, '漢'],
      [2, '字'],
      [4, 'a'],
      [5, '🎉'],
      [7, 'b'],
    ]);
    expect(joined.map((run) => [run.x, run.text.trim()])).toEqual([
      [0, 'e\u0301'],
      [1, 'c'],
      [2, '👩\u200d💻'],
      [4, 'd'],
    ]);
  });

  it('join the halves of a flag, and an emoji with its tone', async () => {
    const [row = []] = await rowsOf('🇩🇪👍🏽x');
    expect(row.map((run) => run.text.trim())).toEqual(['🇩🇪', '👍🏽', 'x']);
  });

  it('leave out blanks, except those with a background', async () => {
    const [row = []] = await rowsOf('   \u001b[44m   \u001b[0m   ');
    expect(row.map((run) => [run.x, run.width])).toEqual([[3, 3]]);
  });

  it('can be read from any garbage', async () => {
    const rows = await rowsOf(
      '\u001b[999;99Hx\u001b]0;title\u0007\u001b[?1049h\u001b[2J\ufffd',
      '\u0000\u0001',
      'ok',
      '',
      '',
      'one row too many',
    );
    expect(rows).toHaveLength(5);
  });
});
