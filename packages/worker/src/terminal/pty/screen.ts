import { Terminal } from '@xterm/headless';
import type { Capture } from '../model';
import { tmuxWidths } from '../../picture/widths';
import { ansiRow } from './ansi';

/** Columns of a window that nobody looks at; the same as in tmux here. */
export const COLS = 120;
/** Rows of it. */
export const ROWS = 40;

/** The private mode that shows the cursor (DECTCEM); the terminal does not tell of it. */
const SHOW_CURSOR = 25;

/** What a program has drawn on its terminal. It costs some 100 KB, and time only while something is printed. */
export interface Screen {
  /** Takes what the program printed; calls back when it is on the screen. */
  print(data: string, done: () => void): void;
  /** Resolves when all that was printed before is on the screen. */
  settled(): Promise<void>;
  /** The visible rows, trailing blanks trimmed. What was printed before is on them. */
  rows(): Promise<string[]>;
  /** The visible screen with its looks. */
  capture(): Promise<Capture>;
  /** Whether the program asked for pastes in brackets. */
  bracketedPaste(): boolean;
  /** Whether the program asked for the other arrow keys. */
  applicationCursor(): boolean;
  dispose(): void;
}

/** An empty screen; `answer` gets what the terminal replies to the program's questions (where is the cursor?). */
export function createScreen(answer: (reply: string) => void): Screen {
  const terminal = new Terminal({ cols: COLS, rows: ROWS, scrollback: 0, allowProposedApi: true });
  terminal.unicode.register(tmuxWidths);
  terminal.unicode.activeVersion = tmuxWidths.version;
  terminal.onData(answer);
  let disposed = false;
  let cursorShown = true;
  for (const [final, shown] of [
    ['h', true],
    ['l', false],
  ] as const) {
    terminal.parser.registerCsiHandler({ prefix: '?', final }, (params) => {
      if (params.includes(SHOW_CURSOR)) cursorShown = shown;
      return false; // the terminal reads it as well
    });
  }
  const settled = (): Promise<void> => new Promise((resolve) => terminal.write('', resolve));
  return {
    settled,
    print(data, done) {
      if (!disposed) terminal.write(data, done);
    },
    async rows() {
      await settled();
      const { active } = terminal.buffer;
      return Array.from({ length: ROWS }, (_, row) =>
        (active.getLine(active.baseY + row)?.translateToString(true) ?? '').trimEnd(),
      );
    },
    async capture() {
      await settled();
      const { active } = terminal.buffer;
      const lines = Array.from({ length: ROWS }, (_, row) => {
        const line = active.getLine(active.baseY + row);
        return line === undefined ? '' : ansiRow(line, COLS);
      });
      return {
        cols: COLS,
        rows: ROWS,
        lines,
        cursor: cursorShown ? { x: Math.min(active.cursorX, COLS - 1), y: active.cursorY } : null,
        alternate: active.type === 'alternate',
      };
    },
    bracketedPaste: () => terminal.modes.bracketedPasteMode,
    applicationCursor: () => terminal.modes.applicationCursorKeysMode,
    dispose() {
      disposed = true;
      terminal.dispose();
    },
  };
}
