/** What tmux writes on a control channel. */
export type ControlEvent =
  /** The answer to a command of ours (`own`), or to a command that tmux ran by itself. */
  | { type: 'reply'; own: boolean; ok: boolean; lines: string[] }
  /** A pane printed. We drop the text and ask for the screen instead. */
  | { type: 'output'; pane: string }
  /** tmux holds back the output of a pane: we asked for it, or we read too slowly. */
  | { type: 'paused'; pane: string }
  /** Windows or panes were added or removed. */
  | { type: 'windows' }
  /** Our client is attached to this session now, such as `$3`. */
  | { type: 'attached'; session: string }
  /** A client attached, went to another session, or left. */
  | { type: 'clients' }
  /** A subscribed format has a new value. */
  | { type: 'changed'; name: string; value: string }
  | { type: 'exit'; reason: string }
  | { type: 'other'; line: string };

/** A longer line, bytes, is cut: no answer to our commands comes near it. */
export const LINE_MAX = 8_000_000;

/** How much of an output line we decode, bytes; it contains the pane's id. */
const OUTPUT_HEAD = 64;

/** Reads a control channel: bytes in, events out. Keeps an incomplete line until the rest of it arrives. */
export interface ControlParser {
  feed(chunk: Uint8Array): ControlEvent[];
}

interface ParserState {
  /** The pieces of an incomplete line, at most `LINE_MAX` bytes and a chunk. */
  pieces: Uint8Array[];
  /** Length of the incomplete line, bytes, with what was dropped of it. */
  held: number;
  /** The answer that is being read; `key` is in its `%begin` and in its `%end`. */
  block: { key: string; own: boolean; lines: string[] } | null;
}

const NEWLINE = 10;
const decoder = new TextDecoder();
const bytesOf = (text: string): number[] => [...text].map((c) => c.charCodeAt(0));
const OUTPUTS = [bytesOf('%output '), bytesOf('%extended-output ')];

export function createControlParser(): ControlParser {
  const state: ParserState = { pieces: [], held: 0, block: null };
  return { feed: (chunk) => feed(state, chunk) };
}

function feed(state: ParserState, chunk: Uint8Array): ControlEvent[] {
  const events: ControlEvent[] = [];
  let start = 0;
  for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
    const event = readLine(state, completeLine(state, chunk.subarray(start, end)));
    if (event !== null) events.push(event);
    start = end + 1;
  }
  if (start < chunk.length) {
    // A copy: the caller may reuse its buffer.
    if (state.held < LINE_MAX) state.pieces.push(chunk.slice(start));
    state.held += chunk.length - start;
  }
  return events;
}

function completeLine(state: ParserState, last: Uint8Array): Uint8Array {
  const { pieces, held } = state;
  if (pieces.length === 0) return last.subarray(0, LINE_MAX);
  const line = new Uint8Array(Math.min(held + last.length, LINE_MAX));
  let offset = 0;
  for (const piece of [...pieces, last]) {
    const part = piece.subarray(0, line.length - offset);
    line.set(part, offset);
    offset += part.length;
  }
  state.pieces = [];
  state.held = 0;
  return line;
}

function readLine(state: ParserState, bytes: Uint8Array): ControlEvent | null {
  const { block } = state;
  if (block === null && OUTPUTS.some((prefix) => startsWith(bytes, prefix))) {
    const pane = decoder.decode(bytes.subarray(0, OUTPUT_HEAD)).split(' ', 2)[1] ?? '';
    return { type: 'output', pane };
  }
  const line = bytes.length === 0 ? '' : decoder.decode(bytes);
  if (block === null) {
    state.block = readBegin(line);
    return state.block === null ? readNotification(line) : null;
  }
  const end = line.startsWith('%') ? /^%(end|error) (\d+ \d+) \d+$/.exec(line) : null;
  if (end === null || end[2] !== block.key) {
    block.lines.push(line);
    return null;
  }
  state.block = null;
  return { type: 'reply', own: block.own, ok: end[1] === 'end', lines: block.lines };
}

function readBegin(line: string): ParserState['block'] {
  if (!line.startsWith('%begin ')) return null;
  const begin = /^%begin (\d+ \d+) (\d+)$/.exec(line);
  if (begin === null) return null;
  return { key: begin[1] ?? '', own: (Number(begin[2]) & 1) === 1, lines: [] };
}

function readNotification(line: string): ControlEvent {
  if (!line.startsWith('%')) return { type: 'other', line };
  const [verb, first = ''] = line.split(' ', 2);
  switch (verb) {
    case '%pause':
      return { type: 'paused', pane: first };
    case '%window-add':
    case '%window-close':
    case '%unlinked-window-close':
    case '%layout-change':
      return { type: 'windows' };
    case '%session-changed':
      return { type: 'attached', session: first };
    case '%client-session-changed':
    case '%client-detached':
      return { type: 'clients' };
    case '%subscription-changed':
      // NAME $SESSION @WINDOW INDEX %PANE : VALUE
      return { type: 'changed', name: first, value: line.slice(line.indexOf(' : ') + 3) };
    case '%exit':
      return { type: 'exit', reason: line.slice('%exit'.length).trim() };
    default:
      return { type: 'other', line };
  }
}

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return bytes.length >= prefix.length && prefix.every((byte, i) => bytes[i] === byte);
}
