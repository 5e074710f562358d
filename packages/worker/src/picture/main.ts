// The program that draws pictures. It is a child of the worker, so that drawing delays no message, its memory is freed
// when it exits, and a crash in the rasteriser does not end the poller. It lives as long as the channel to its parent.
import { reasonOf } from '@ccbot/shared/faults/fault';
import { readGrid } from './cells';
import { drawGrid } from './draw';
import { openFonts, type Fonts } from './fonts';
import type { PaintAnswer, PaintRequest } from './painter';

serve();

function serve(): void {
  let fonts: Fonts | undefined;

  async function answerOf({ id, capture }: PaintRequest): Promise<PaintAnswer> {
    try {
      fonts ??= openFonts();
      return { id, png: await drawGrid(await readGrid(capture), fonts) };
    } catch (error) {
      return { id, error: reasonOf(error) };
    }
  }

  process.on('message', (request: PaintRequest) => {
    void answerOf(request).then((answer) => process.send?.(answer));
  });
  process.on('disconnect', () => process.exit(0));
}
