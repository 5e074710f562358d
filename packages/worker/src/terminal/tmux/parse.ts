/** What tmux says on a control channel. */
export type ControlEvent =
  /** The answer to one command of ours (`own`), or to what tmux ran by itself. */
  | { type: 'reply'; own: boolean; ok: boolean; lines: string[] }
  /** A pane printed something. What it printed is not kept: the screen is asked for. */
  | { type: 'output'; pane: string }
  /** Output of a pane is held back: we asked for that, or we read too slowly. */
  | { type: 'paused'; pane: string }
  /** Windows or panes came or went. */
  | { type: 'windows' }
  /** A subscribed format has a new value. */
  | { type: 'changed'; name: string; value: string }
  | { type: 'exit'; reason: string }
  | { type: 'other'; line: string };

/** A line longer than this, bytes, is cut: no answer that is asked for comes near it. */
export const LINE_MAX = 8_000_000;

/** As much of a pane's output is decoded; the pane's id stands in it. */
const OUTPUT_HEAD = 64;

/** Reads a control channel: bytes in, events out. Half lines wait for their rest. */
export interface ControlParser {
  feed(chunk: Uint8Array): ControlEvent[];
}

const NEWLINE = 10;
const bytesOf = (text: string): number[] => [...text].map((c) => c.charCodeAt(0));
const OUTPUTS = [bytesOf('%output '), bytesOf('%extended-output ')];

/** A parser at the start of a channel. */
export function createControlParser(): ControlParser {
  let pieces: Uint8Array[] = [];
  let held = 0;
  let block: { key: string; own: boolean; lines: string[] } | null = null;
  const decoder = new TextDecoder();

  function lineOf(last: Uint8Array): Uint8Array {
    if (pieces.length === 0) return last.subarray(0, LINE_MAX);
    const whole = new Uint8Array(Math.min(held + last.length, LINE_MAX));
    let at = 0;
    for (const piece of [...pieces, last]) {
      const part = piece.subarray(0, whole.length - at);
      whole.set(part, at);
      at += part.length;
    }
    pieces = [];
    held = 0;
    return whole;
  }

  function readLine(bytes: Uint8Array): ControlEvent | null {
    if (block === null && OUTPUTS.some((prefix) => startsWith(bytes, prefix))) {
      const pane = decoder.decode(bytes.subarray(0, OUTPUT_HEAD)).split(' ', 2)[1] ?? '';
      return { type: 'output', pane };
    }
    const line = decoder.decode(bytes);
    if (block === null) return notification(line);
    const end = /^%(end|error) (\d+ \d+) \d+$/.exec(line);
    if (end === null || end[2] !== block.key) {
      block.lines.push(line);
      return null;
    }
    const { own, lines } = block;
    block = null;
    return { type: 'reply', own, ok: end[1] === 'end', lines };
  }

  function notification(line: string): ControlEvent | null {
    const begin = /^%begin (\d+ \d+) (\d+)$/.exec(line);
    if (begin !== null) {
      block = { key: begin[1] ?? '', own: (Number(begin[2]) & 1) === 1, lines: [] };
      return null;
    }
    const [verb, first = ''] = line.split(' ', 2);
    switch (verb) {
      case '%pause':
        return { type: 'paused', pane: first };
      case '%window-add':
      case '%window-close':
      case '%unlinked-window-close':
      case '%layout-change':
        return { type: 'windows' };
      case '%subscription-changed':
        // NAME $SESSION @WINDOW INDEX %PANE : VALUE
        return { type: 'changed', name: first, value: line.slice(line.indexOf(' : ') + 3) };
      case '%exit':
        return { type: 'exit', reason: line.slice('%exit'.length).trim() };
      default:
        return { type: 'other', line };
    }
  }

  return {
    feed(chunk) {
      const events: ControlEvent[] = [];
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
        const event = readLine(lineOf(chunk.subarray(start, end)));
        if (event !== null) events.push(event);
        start = end + 1;
      }
      if (start < chunk.length) {
        // A copy: the caller may use its buffer again.
        if (held < LINE_MAX) pieces.push(chunk.slice(start));
        held += chunk.length - start;
      }
      return events;
    },
  };
}

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return bytes.length >= prefix.length && prefix.every((byte, i) => bytes[i] === byte);
}
