/** What tmux says on a control channel. */
export type ControlEvent =
  /** The answer to one command of ours (`own`), or to what tmux ran by itself. */
  | { type: 'reply'; own: boolean; ok: boolean; lines: string[] }
  /** A pane printed something. */
  | { type: 'output'; pane: string }
  /** Output of a pane is held back because we read too slowly. */
  | { type: 'paused'; pane: string }
  | { type: 'window-added'; window: string }
  | { type: 'window-closed'; window: string }
  /** A subscribed format has a new value in a window. */
  | { type: 'changed'; name: string; window: string; value: string }
  | { type: 'exit'; reason: string }
  | { type: 'other'; line: string };

/** A line longer than this, bytes, is cut: no answer that is asked for comes near it. */
const LINE_MAX = 8_000_000;

/** Reads a control channel: bytes in, events out. Half lines wait for their rest. */
export interface ControlParser {
  feed(chunk: Uint8Array): ControlEvent[];
}

const NEWLINE = 10;

export function createControlParser(): ControlParser {
  let pieces: Uint8Array[] = [];
  let held = 0;
  let block: { key: string; lines: string[] } | null = null;
  const decoder = new TextDecoder();

  function lineOf(last: Uint8Array): string {
    const kept = held + last.length > LINE_MAX ? pieces : [...pieces, last];
    const whole = new Uint8Array(kept.reduce((n, p) => n + p.length, 0));
    let at = 0;
    for (const piece of kept) {
      whole.set(piece, at);
      at += piece.length;
    }
    pieces = [];
    held = 0;
    return decoder.decode(whole);
  }

  function read(line: string): ControlEvent | null {
    if (block !== null) {
      const end = /^%(end|error) (\d+ \d+ (\d+))$/.exec(line);
      if (end !== null && end[2] === block.key) {
        const { lines } = block;
        block = null;
        return { type: 'reply', own: (Number(end[3]) & 1) === 1, ok: end[1] === 'end', lines };
      }
      block.lines.push(line);
      return null;
    }
    const [verb, first = ''] = line.split(' ', 2);
    switch (verb) {
      case '%begin':
        block = { key: line.slice('%begin '.length), lines: [] };
        return null;
      case '%output':
      case '%extended-output':
        return { type: 'output', pane: first };
      case '%pause':
        return { type: 'paused', pane: first };
      case '%window-add':
      case '%unlinked-window-add':
        return { type: 'window-added', window: first };
      case '%window-close':
      case '%unlinked-window-close':
        return { type: 'window-closed', window: first };
      case '%subscription-changed': {
        // NAME $SESSION @WINDOW INDEX %PANE : VALUE
        const [, name = '', , window = ''] = line.split(' ', 4);
        return { type: 'changed', name, window, value: line.slice(line.indexOf(' : ') + 3) };
      }
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
        const event = read(lineOf(chunk.subarray(start, end)));
        if (event !== null) events.push(event);
        start = end + 1;
      }
      const rest = chunk.slice(start);
      if (rest.length > 0) {
        if (held + rest.length <= LINE_MAX) pieces.push(rest);
        held += rest.length;
      }
      return events;
    },
  };
}
