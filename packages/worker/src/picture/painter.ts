import { fork, type ChildProcess } from 'node:child_process';
import type { Capture } from '../terminal/model';

/** What the worker sends to the drawing program. */
export interface PaintRequest {
  id: number;
  capture: Capture;
}

/** What the drawing program answers: a PNG, or why there is none. */
export type PaintAnswer = { id: number; png: Uint8Array } | { id: number; error: string };

/** A picture could not be drawn; the message is shown to the user. */
export class PictureError extends Error {}

export interface PainterOptions {
  /** Path of the drawing program, `picture.js` beside the worker's own. */
  program: string;
  /** Its environment; it needs only the search path. */
  env: NodeJS.ProcessEnv;
  /** How long the program stays for another picture, ms. */
  keepMs?: number;
  /** How long a picture may take, ms; on a busy machine the first takes a second. */
  patienceMs?: number;
}

/** Draws pictures of screens, in a process that starts with the first picture and ends some time after the last. */
export interface Painter {
  /** Returns a PNG of the screen. Rejects with a {@link PictureError}. */
  paint(capture: Capture): Promise<Uint8Array>;
  /** Ends the drawing program and resolves when it is gone. Pending pictures are rejected. */
  stop(): Promise<void>;
}

/** The user often presses several keys in a dialog, and each shows a new picture. */
const KEEP_MS = 30_000;
const PATIENCE_MS = 15_000;

/** A larger screen is cut: its picture would be unreadable on a phone, and too large for Telegram. */
const MOST = { cols: 400, rows: 150 };

interface Waiting {
  resolve(png: Uint8Array): void;
  reject(error: PictureError): void;
}

/** A drawing program that runs. */
interface Program {
  readonly child: ChildProcess;
  /** The pending pictures, by id. */
  readonly waiting: Map<number, Waiting>;
  /** Ends the program if it does not answer, or if it has nothing to do. */
  timer: NodeJS.Timeout | undefined;
}

interface PainterState {
  readonly options: PainterOptions;
  /** Takes new pictures. */
  program: Program | undefined;
  /** Resolve when their program is gone; of every program that still exists. */
  readonly exits: Set<Promise<void>>;
  isStopped: boolean;
  /** The id of the last picture. */
  count: number;
}

export function createPainter(options: PainterOptions): Painter {
  const state: PainterState = {
    options,
    program: undefined,
    exits: new Set(),
    isStopped: false,
    count: 0,
  };
  return {
    paint: (capture) => paint(state, capture),
    async stop() {
      state.isStopped = true;
      if (state.program !== undefined) end(state, state.program, 'ccbot stops');
      await Promise.all(state.exits);
    },
  };
}

function paint(state: PainterState, capture: Capture): Promise<Uint8Array> {
  if (state.isStopped) return Promise.reject(new PictureError('ccbot stops'));
  state.program ??= startProgram(state);
  const { program } = state;
  const id = ++state.count;
  return new Promise((resolve, reject) => {
    program.waiting.set(id, { resolve, reject });
    setDeadline(state, program);
    // If the program could not be started or has ended, its own event says so.
    program.child.send({ id, capture: cut(capture) } satisfies PaintRequest, () => undefined);
  });
}

function startProgram(state: PainterState): Program {
  const child = fork(state.options.program, [], {
    env: state.options.env,
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [],
  });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve()); // could not be started
  });
  const program: Program = { child, waiting: new Map(), timer: undefined };
  child.on('message', (answer: PaintAnswer) => onAnswer(state, program, answer));
  child.once('error', (error) => end(state, program, error.message));
  child.once('exit', (code, signal) => end(state, program, `the drawing program ended (${signal ?? code})`));
  state.exits.add(gone);
  void gone.then(() => state.exits.delete(gone));
  return program;
}

function onAnswer(state: PainterState, program: Program, answer: PaintAnswer): void {
  const waiting = program.waiting.get(answer.id);
  program.waiting.delete(answer.id);
  if ('png' in answer) waiting?.resolve(answer.png);
  else waiting?.reject(new PictureError(answer.error));
  setDeadline(state, program);
}

/** Sets the program's only deadline: for the answer it owes, or for being idle. */
function setDeadline(state: PainterState, program: Program): void {
  const { keepMs = KEEP_MS, patienceMs = PATIENCE_MS } = state.options;
  clearTimeout(program.timer);
  const owesAnswer = program.waiting.size > 0;
  program.timer = setTimeout(
    () => end(state, program, `it took longer than ${patienceMs / 1_000} seconds`),
    owesAnswer ? patienceMs : keepMs,
  );
  if (!owesAnswer) program.timer.unref();
}

function end(state: PainterState, program: Program, reason: string): void {
  clearTimeout(program.timer);
  if (state.program === program) state.program = undefined;
  program.child.kill('SIGKILL'); // it holds nothing that could be lost
  for (const waiting of program.waiting.values()) waiting.reject(new PictureError(reason));
  program.waiting.clear();
}

function cut(capture: Capture): Capture {
  const cols = Math.min(capture.cols, MOST.cols);
  const rows = Math.min(capture.rows, MOST.rows);
  const { cursor } = capture;
  const isInside = cursor !== null && cursor.x < cols && cursor.y < rows;
  return { ...capture, cols, rows, lines: capture.lines.slice(0, rows), cursor: isInside ? cursor : null };
}
