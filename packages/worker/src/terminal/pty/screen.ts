import { Terminal } from '@xterm/headless';
import type { Capture } from '../model';
import { tmuxWidths } from '../../picture/widths';
import { ansiRow } from './ansi';

/** The size of a window, the same as in tmux. */
export const COLS = 120;
export const ROWS = 40;

/** The private mode that shows the cursor (DECTCEM); xterm does not expose it. */
const SHOW_CURSOR = 25;

/** What a program has drawn on its terminal. Costs about 100 KB, and time only while the program prints. */
export interface Screen {
  /** Draws what the program printed; calls back when it is on the screen. */
  print(data: string, done: () => void): void;
  /** Resolves when everything printed so far is on the screen. */
  settled(): Promise<void>;
  /** The visible rows without trailing blanks, with everything printed so far. */
  rows(): Promise<string[]>;
  /** The visible screen with colours and cursor, with everything printed so far. */
  capture(): Promise<Capture>;
  /** The program asked for bracketed paste. */
  bracketedPaste(): boolean;
  /** The program asked for application cursor keys. */
  applicationCursor(): boolean;
  dispose(): void;
}

/** Creates an empty screen. `answer` receives the terminal's replies to the program's queries, such as the cursor position. */
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
      return false; // xterm must handle it, too
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
