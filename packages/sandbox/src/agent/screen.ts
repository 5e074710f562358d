export interface Screen {
  lines: readonly string[];
  draft: string;
  /** What the agent is doing; empty while it waits. */
  activity: string;
}

/** Rows that a draft may take; a longer draft shows its end. */
const DRAFT_ROWS = 8;

/** Redraws the whole screen in place, without blanking it first: the conversation, the input line between two rules, a hint. */
export function draw(screen: Screen, cols: number, rows: number): string {
  const rule = '─'.repeat(cols);
  const draft = screen.draft.split('\n').flatMap((line) => wrap(line, Math.max(1, cols - 2)));
  const footer = [
    rule,
    ...draft.slice(-DRAFT_ROWS).map((line, i) => `${i === 0 ? '❯' : ' '} ${line}`),
    rule,
    `  ${screen.activity === '' ? '? for help · /clear · /exit' : 'esc to interrupt'}`,
  ];
  const conversation = screen.lines.flatMap((line) => wrap(line, cols));
  if (screen.activity !== '') conversation.push('', `✻ ${screen.activity}…`);
  const room = Math.max(0, rows - footer.length);
  const shown = [...(room === 0 ? [] : conversation.slice(-room)), ...footer].slice(-rows);
  return `\u001b[?25l\u001b[H${shown.map((row) => `${row}\u001b[K`).join('\r\n')}\u001b[J`;
}

/** Wraps a line by code points, which is good enough here: no wide characters are measured. */
function wrap(line: string, cols: number): string[] {
  const points = [...line];
  if (points.length <= cols) return [line];
  const parts: string[] = [];
  for (let start = 0; start < points.length; start += cols)
    parts.push(points.slice(start, start + cols).join(''));
  return parts;
}
