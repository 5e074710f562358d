import { SCREEN_MAX } from './model';

/** The visible rows of a screen, with and without faint text. */
export interface ShadedScreen {
  /** Trailing blanks trimmed, no escapes. */
  rows: string[];
  /** The rows with blanks in place of faint text, which is hints and suggestions that nobody typed. */
  firm: string[];
}

/** What a capture contains besides text: SGR, links (OSC), character sets. */
// oxlint-disable-next-line no-control-regex
const ESCAPE = /\u001b\[([\d;:]*)m|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[()].|[\u000e\u000f]/g;

/** How many parameters follow 38, 48 or 58, by kind of colour: an index, or red, green and blue. */
const COLOUR_PARAMETERS: Readonly<Record<string, number>> = { '5': 2, '2': 4 };

/** Reads the last lines of a capture. Attributes carry over from one line to the next. */
export function readShades(lines: readonly string[]): ShadedScreen {
  const screen: ShadedScreen = { rows: [], firm: [] };
  let faint = false;
  for (const whole of lines.slice(-SCREEN_MAX.rows)) {
    // Colours take more room than letters.
    const line = whole.slice(0, 8 * SCREEN_MAX.row);
    let row = '';
    let firm = '';
    const add = (text: string): void => {
      row += text;
      firm += faint ? ' '.repeat([...text].length) : text;
    };
    let from = 0;
    for (const found of line.matchAll(ESCAPE)) {
      add(line.slice(from, found.index));
      from = found.index + found[0].length;
      if (found[1] !== undefined) faint = faintAfter(faint, found[1]);
    }
    add(line.slice(from));
    screen.rows.push(row.trimEnd());
    screen.firm.push(firm.trimEnd());
  }
  return screen;
}

/** Whether text is faint after an SGR sequence with these parameters. */
function faintAfter(before: boolean, parameters: string): boolean {
  let faint = before;
  const all = parameters.split(';');
  for (let i = 0; i < all.length; i++) {
    const code = all[i] ?? '';
    if (code === '' || code === '0' || code === '22') faint = false;
    else if (code === '2') faint = true;
    else if (code === '38' || code === '48' || code === '58') i += COLOUR_PARAMETERS[all[i + 1] ?? ''] ?? 0;
  }
  return faint;
}
