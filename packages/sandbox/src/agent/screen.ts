/** What is on the scripted agent's screen. */
export interface Screen {
  lines: readonly string[];
  draft: string;
  /** What it does at the moment; empty: it waits. */
  busy: string;
}

/** Draws the whole screen: what was said, the input line between two rules, a hint. */
export function draw(screen: Screen, cols: number, rows: number): string {
  const rule = '─'.repeat(cols);
  const draft = screen.draft.split('\n');
  const foot = [
    rule,
    ...draft.map((line, i) => `${i === 0 ? '❯' : ' '} ${line}`),
    rule,
    `  ${screen.busy === '' ? '? for help · /clear · /exit' : 'esc to interrupt'}`,
  ];
  const said = screen.lines.flatMap((line) => wrap(line, cols));
  if (screen.busy !== '') said.push('', `✻ ${screen.busy}…`);
  const room = Math.max(0, rows - foot.length);
  const shown = [...said.slice(-room), ...foot].slice(-rows);
  return `\u001b[?25l\u001b[H\u001b[2J${shown.join('\r\n')}`;
}

function wrap(line: string, cols: number): string[] {
  if (line.length <= cols) return [line];
  const parts: string[] = [];
  for (let at = 0; at < line.length; at += cols) parts.push(line.slice(at, at + cols));
  return parts;
}
