import { join } from 'node:path';
import { createPainter } from '../../packages/worker/src/picture/painter';
import type { Figure } from './figure';
import { programs } from './place';
import { median } from './stats';

const COLS = 120;
const ROWS = 40;

/** A full screen of all kinds of colours and styles, lines, Chinese and emoji. */
function fullScreen(): string[] {
  const kinds = [
    '\u001b[1;38;2;215;119;87m● Update\u001b[0;2m(src/sessions/machine.ts) 漢字 中文 🎉 ✻ ⏺ ─│┌┐└┘ ▐▛█▜▌ ✔ ☐ … →',
    '\u001b[0;48;5;22;38;5;252m  + const answer = await ask(question);\u001b[0;31m  - removed \u001b[3mitalic\u001b[0;4m underlined\u001b[0;7m inverse',
  ];
  return Array.from({ length: ROWS }, (_, y) => `${kinds[y % 2] ?? ''}\u001b[0m ${'x'.repeat(y)}`);
}

/** (p) From a captured screen of 120x40 to its PNG. */
export async function picture(quick: boolean): Promise<Figure[]> {
  const tries = quick ? 3 : 10;
  const each = quick ? 10 : 30;
  const capture = { cols: COLS, rows: ROWS, lines: fullScreen(), cursor: { x: 2, y: 39 }, alternate: false };
  const first: number[] = [];
  const next: number[] = [];
  let bytes = 0;
  for (let round = 0; round < tries; round++) {
    const painter = createPainter({
      program: join(programs, 'packages/worker/dist/picture.js'),
      env: { PATH: process.env['PATH'] },
    });
    for (let i = 0; i < each; i++) {
      const since = performance.now();
      bytes = (await painter.paint(capture)).length;
      (i === 0 ? first : next).push(performance.now() - since);
    }
    await painter.stop();
  }
  const note = `120x40, ${(bytes / 1024).toFixed(0)} KB`;
  return [
    {
      what: 'picture of a screen, p50',
      unit: 'ms',
      value: median(next),
      target: 150,
      note: `${note}, ${next.length} pictures`,
    },
    {
      what: 'first picture, including the start of its program, p50',
      unit: 'ms',
      value: median(first),
      note: `${note}, ${first.length} starts`,
    },
  ];
}
