import { fork, type ChildProcess } from 'node:child_process';
import type { Capture } from '../terminal/model';

/** What the drawing program is asked for. */
export interface PaintRequest {
  id: number;
  capture: Capture;
}

/** What it answers: a PNG, or why there is none. */
export type PaintAnswer = { id: number; png: Uint8Array } | { id: number; error: string };

/** No picture could be made; the message says why, for the person. */
export class PictureError extends Error {}

/** What the painter is made from. */
export interface PainterOptions {
  /** The drawing program, `picture.js` beside the worker's own. */
  program: string;
  /** Its environment: nothing of it is needed but the search path. */
  env: NodeJS.ProcessEnv;
  /** How long the program is kept for another picture, ms. */
  keepMs?: number;
  /** How long a picture may take, ms; a busy machine needs a second for the first one. */
  patienceMs?: number;
}

/** Makes pictures of screens. Costs nothing until the first one, and nothing again some time after the last. */
export interface Painter {
  /** A PNG of the screen. Rejects with a {@link PictureError}. */
  paint(capture: Capture): Promise<Uint8Array>;
  /** Ends the drawing program; pictures under way are rejected. Resolves when it is gone. */
  stop(): Promise<void>;
}

/** Somebody who looks at a dialog presses several keys; each shows a new picture. */
const KEEP_MS = 30_000;
const PATIENCE_MS = 15_000;

/** A screen larger than this is cut: a picture of it would be unreadable on a phone, and too large for Telegram. */
const MOST = { cols: 400, rows: 150 };

interface Waiting {
  resolve(png: Uint8Array): void;
  reject(error: PictureError): void;
}

interface Running {
  child: ChildProcess;
  waiting: Map<number, Waiting>;
  /** Ends it when it answers no more, or when nobody wants a picture. */
  timer: NodeJS.Timeout | undefined;
  gone: Promise<void>;
}

/** Makes the painter; its program starts with the first picture. */
export function createPainter(options: PainterOptions): Painter {
  const { keepMs = KEEP_MS, patienceMs = PATIENCE_MS } = options;
  const leaving = new Set<Promise<void>>();
  let running: Running | undefined;
  let stopped = false;
  let count = 0;

  function start(): Running {
    const child = fork(options.program, [], {
      env: options.env,
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
    });
    const waiting = new Map<number, Waiting>();
    const gone = new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve()); // could not be started
    });
    const mine: Running = { child, waiting, timer: undefined, gone };
    child.on('message', (answer: PaintAnswer) => {
      const asked = waiting.get(answer.id);
      waiting.delete(answer.id);
      if ('png' in answer) asked?.resolve(answer.png);
      else asked?.reject(new PictureError(answer.error));
      watchOver(mine);
    });
    child.once('error', (error) => end(mine, error.message));
    child.once('exit', (code, signal) => end(mine, `the drawing program ended (${signal ?? code})`));
    leaving.add(gone);
    void gone.then(() => leaving.delete(gone));
    return mine;
  }

  /** Sets the one deadline: for the answer that is owed, or for staying without work. */
  function watchOver(mine: Running): void {
    clearTimeout(mine.timer);
    const owes = mine.waiting.size > 0;
    mine.timer = setTimeout(
      () => end(mine, `it took longer than ${patienceMs / 1_000} seconds`),
      owes ? patienceMs : keepMs,
    );
    if (!owes) mine.timer.unref();
  }

  function end(mine: Running, reason: string): void {
    clearTimeout(mine.timer);
    if (running === mine) running = undefined;
    mine.child.kill('SIGKILL'); // it holds nothing that could be lost
    for (const waiting of mine.waiting.values()) waiting.reject(new PictureError(reason));
    mine.waiting.clear();
  }

  return {
    paint(capture) {
      if (stopped) return Promise.reject(new PictureError('ccbot stops'));
      const mine = (running ??= start());
      const id = ++count;
      return new Promise((resolve, reject) => {
        mine.waiting.set(id, { resolve, reject });
        watchOver(mine);
        // A program that could not be started, or ended, says so by its own event.
        mine.child.send({ id, capture: cut(capture) } satisfies PaintRequest, () => undefined);
      });
    },
    async stop() {
      stopped = true;
      if (running !== undefined) end(running, 'ccbot stops');
      await Promise.all(leaving);
    },
  };
}

function cut(capture: Capture): Capture {
  const cols = Math.min(capture.cols, MOST.cols);
  const rows = Math.min(capture.rows, MOST.rows);
  const { cursor } = capture;
  const inside = cursor !== null && cursor.x < cols && cursor.y < rows;
  return { ...capture, cols, rows, lines: capture.lines.slice(0, rows), cursor: inside ? cursor : null };
}
