import { readRequest, type Block, type ModelRequest } from './script';

/** What a message costs; the agent adds it up and shows it. */
const USAGE = {
  input_tokens: 100,
  output_tokens: 20,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
};

/** Text is streamed in pieces of about this many UTF-16 units. */
const PIECE = 400;

/** One server-sent event of the Messages API. */
export interface StreamEvent {
  event: string;
  data: Record<string, unknown>;
}

/** How one API words what a script says. `id` is the answer's, `index` the block's place in it. */
export interface Dialect {
  /** What the ids of answers begin with. */
  prefix: string;
  read(body: Record<string, unknown>): ModelRequest;
  /** A whole answer, for a request without `stream`. */
  whole(id: string, model: string, blocks: readonly Block[]): Record<string, unknown>;
  opening(id: string, model: string): StreamEvent[];
  block(id: string, index: number, block: Block): StreamEvent[];
  /** A text that is written in pieces with pauses between them. */
  text: {
    open(id: string, index: number): StreamEvent[];
    piece(id: string, index: number, text: string): StreamEvent[];
    close(id: string, index: number, whole: string): StreamEvent[];
  };
  closing(id: string, blocks: readonly Block[]): StreamEvent[];
}

const event = (type: string, data: Record<string, unknown>): StreamEvent => ({
  event: type,
  data: { type, ...data },
});

/** The text of an event as it goes over the wire. */
export const frame = ({ event: name, data }: StreamEvent): string =>
  `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

/** How a message ends: with a tool to run, or with the turn. */
const stopReason = (blocks: readonly Block[]): string =>
  blocks.some((b) => b.type === 'tool_use') ? 'tool_use' : 'end_turn';

/** A whole message, for a request without `stream`. `id` names the message and, with a number behind it, its tool calls. */
function wholeMessage(id: string, model: string, blocks: readonly Block[]): Record<string, unknown> {
  const content = blocks.map((block, index) => {
    if (block.type === 'tool_use') return { ...block, id: toolId(id, index) };
    return block.type === 'thinking' ? { ...block, signature: SIGNATURE } : block;
  });
  return { ...head(id, model), content, stop_reason: stopReason(blocks), usage: USAGE };
}

/** What a stream begins with. */
function openingEvents(id: string, model: string): StreamEvent[] {
  const message = {
    ...head(id, model),
    content: [],
    stop_reason: null,
    usage: { ...USAGE, output_tokens: 1 },
  };
  return [event('message_start', { message }), event('ping', {})];
}

/** One block of a stream: its start, its pieces, its end. */
function blockEvents(id: string, index: number, block: Block): StreamEvent[] {
  const delta = (piece: Record<string, unknown>): StreamEvent =>
    event('content_block_delta', { index, delta: piece });
  const [start, deltas] = ((): [Record<string, unknown>, StreamEvent[]] => {
    switch (block.type) {
      case 'text':
        return [
          { type: 'text', text: '' },
          pieces(block.text).map((text) => delta({ type: 'text_delta', text })),
        ];
      case 'thinking':
        return [
          { type: 'thinking', thinking: '', signature: '' },
          [
            ...pieces(block.thinking).map((thinking) => delta({ type: 'thinking_delta', thinking })),
            delta({ type: 'signature_delta', signature: SIGNATURE }),
          ],
        ];
      case 'tool_use':
        return [
          { type: 'tool_use', id: toolId(id, index), name: block.name, input: {} },
          pieces(JSON.stringify(block.input)).map((partial_json) =>
            delta({ type: 'input_json_delta', partial_json }),
          ),
        ];
    }
  })();
  return [
    event('content_block_start', { index, content_block: start }),
    ...deltas,
    event('content_block_stop', { index }),
  ];
}

/** A text block that is written bit by bit: what opens it, one piece of it, and what closes it. */
const textEvents: Dialect['text'] = {
  open: (_, index) => [event('content_block_start', { index, content_block: { type: 'text', text: '' } })],
  piece: (_, index, text) =>
    pieces(text).map((piece) =>
      event('content_block_delta', { index, delta: { type: 'text_delta', text: piece } }),
    ),
  close: (_, index) => [event('content_block_stop', { index })],
};

/** What a stream ends with. */
function closingEvents(blocks: readonly Block[]): StreamEvent[] {
  return [
    event('message_delta', {
      delta: { stop_reason: stopReason(blocks), stop_sequence: null },
      usage: { output_tokens: USAGE.output_tokens },
    }),
    event('message_stop', {}),
  ];
}

/** Agents send it back unread. */
const SIGNATURE = 'c2NyaXB0ZWQ=';

const toolId = (message: string, index: number): string => `toolu_${message}_${index}`;

const head = (id: string, model: string): Record<string, unknown> => ({
  id,
  type: 'message',
  role: 'assistant',
  model,
  stop_sequence: null,
});

/** Cuts a text into the pieces of a stream, never through a surrogate pair. */
export function pieces(text: string): string[] {
  const cut: string[] = [];
  for (let at = 0; at < text.length;) {
    const last = text.charCodeAt(at + PIECE - 1);
    const end = at + PIECE + (last >= 0xd800 && last < 0xdc00 ? 1 : 0);
    cut.push(text.slice(at, end));
    at = end;
  }
  return cut;
}

/** The Messages API. */
export const MESSAGES: Dialect = {
  prefix: 'msg',
  read: readRequest,
  whole: wholeMessage,
  opening: openingEvents,
  block: blockEvents,
  text: textEvents,
  closing: (_, blocks) => closingEvents(blocks),
};
