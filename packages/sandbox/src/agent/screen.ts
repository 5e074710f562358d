/** What is on the scripted agent's screen. */
export interface Screen {
  lines: readonly string[];
  draft: string;
  /** What it does at the moment; empty: it waits. */
  busy: string;
}

/** The most rows that a draft takes; of a longer one its end is shown. */
const DRAFT_ROWS = 8;

/** Draws the whole screen, in place and without blanking it first: what was said, the input line between two rules, a hint. */
export function draw(screen: Screen, cols: number, rows: number): string {
  const rule = '─'.repeat(cols);
  const draft = screen.draft.split('\n').flatMap((line) => wrap(line, Math.max(1, cols - 2)));
  const foot = [
    rule,
    ...draft.slice(-DRAFT_ROWS).map((line, i) => `${i === 0 ? '❯' : ' '} ${line}`),
    rule,
    `  ${screen.busy === '' ? '? for help · /clear · /exit' : 'esc to interrupt'}`,
  ];
  const said = screen.lines.flatMap((line) => wrap(line, cols));
  if (screen.busy !== '') said.push('', `✻ ${screen.busy}…`);
  const room = Math.max(0, rows - foot.length);
  const shown = [...(room === 0 ? [] : said.slice(-room)), ...foot].slice(-rows);
  return `\u001b[?25l\u001b[H${shown.map((row) => `${row}\u001b[K`).join('\r\n')}\u001b[J`;
}

/** Cuts a line at the width, counting code points: good enough for a stand-in. */
function wrap(line: string, cols: number): string[] {
  const points = [...line];
  if (points.length <= cols) return [line];
  const parts: string[] = [];
  for (let at = 0; at < points.length; at += cols) parts.push(points.slice(at, at + cols).join(''));
  return parts;
}
