/** The visible rows of a screen, and the same without what is drawn faint. */
export interface ShadedScreen {
  /** Trailing blanks trimmed, no escapes. */
  rows: string[];
  /** The rows with blanks in place of faint text: hints and suggestions that nobody wrote. */
  firm: string[];
}

/** What a capture holds beside text: SGR, links (OSC), character sets. */
// eslint-disable-next-line no-control-regex
const ESCAPE = /\u001b\[([\d;:]*)m|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[()].|[\u000e\u000f]/g;

/** How many parameters follow 38, 48 or 58 with this kind of colour: an index, or red, green and blue. */
const COLOUR_PARAMETERS: Readonly<Record<string, number>> = { '5': 2, '2': 4 };

/** Reads the lines of a capture. Attributes run on from one line to the next. */
export function readShades(lines: readonly string[]): ShadedScreen {
  const screen: ShadedScreen = { rows: [], firm: [] };
  let faint = false;
  for (const line of lines) {
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

/** Whether text is faint after the parameters of an SGR sequence. */
function faintAfter(before: boolean, parameters: string): boolean {
  let faint = before;
  const all = parameters.split(';');
  for (let i = 0; i < all.length; i++) {
    const one = all[i] ?? '';
    if (one === '' || one === '0' || one === '22') faint = false;
    else if (one === '2') faint = true;
    else if (one === '38' || one === '48' || one === '58') i += COLOUR_PARAMETERS[all[i + 1] ?? ''] ?? 0;
  }
  return faint;
}
