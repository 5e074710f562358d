import { readRequest, type Block, type ModelRequest } from './script';

/** The token usage of every message, which the agent adds up and shows. */
const USAGE = {
  input_tokens: 100,
  output_tokens: 20,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
};

/** Size of a streamed piece of text, UTF-16 units. */
const PIECE_UNITS = 400;

/** One server-sent event of the Messages API. */
export interface StreamEvent {
  event: string;
  data: Record<string, unknown>;
}

/** How an API writes scripted answers. `id` is the answer's, `index` the position of a block in it. */
export interface Dialect {
  /** Prefix of the ids of answers. */
  prefix: string;
  read(body: Record<string, unknown>): ModelRequest;
  /** An answer to a request without `stream`. */
  whole(id: string, model: string, blocks: readonly Block[]): Record<string, unknown>;
  opening(id: string, model: string): StreamEvent[];
  block(id: string, index: number, block: Block): StreamEvent[];
  /** A text that is streamed in pieces with pauses between them. */
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

export const frame = ({ event: name, data }: StreamEvent): string =>
  `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

const stopReason = (blocks: readonly Block[]): string =>
  blocks.some((b) => b.type === 'tool_use') ? 'tool_use' : 'end_turn';

function wholeMessage(id: string, model: string, blocks: readonly Block[]): Record<string, unknown> {
  const content = blocks.map((block, index) => {
    if (block.type === 'tool_use') return { ...block, id: toolId(id, index) };
    return block.type === 'thinking' ? { ...block, signature: SIGNATURE } : block;
  });
  return { ...head(id, model), content, stop_reason: stopReason(blocks), usage: USAGE };
}

function openingEvents(id: string, model: string): StreamEvent[] {
  const message = {
    ...head(id, model),
    content: [],
    stop_reason: null,
    usage: { ...USAGE, output_tokens: 1 },
  };
  return [event('message_start', { message }), event('ping', {})];
}

function blockEvents(id: string, index: number, block: Block): StreamEvent[] {
  const { start, deltas } = blockParts(id, index, block);
  return [
    event('content_block_start', { index, content_block: start }),
    ...deltas.map((delta) => event('content_block_delta', { index, delta })),
    event('content_block_stop', { index }),
  ];
}

type Fields = Record<string, unknown>;

function blockParts(id: string, index: number, block: Block): { start: Fields; deltas: Fields[] } {
  switch (block.type) {
    case 'text':
      return {
        start: { type: 'text', text: '' },
        deltas: pieces(block.text).map((text) => ({ type: 'text_delta', text })),
      };
    case 'thinking':
      return {
        start: { type: 'thinking', thinking: '', signature: '' },
        deltas: [
          ...pieces(block.thinking).map((thinking) => ({ type: 'thinking_delta', thinking })),
          { type: 'signature_delta', signature: SIGNATURE },
        ],
      };
    case 'tool_use':
      return {
        start: { type: 'tool_use', id: toolId(id, index), name: block.name, input: {} },
        deltas: pieces(JSON.stringify(block.input)).map((partial_json) => ({
          type: 'input_json_delta',
          partial_json,
        })),
      };
  }
}

const textEvents: Dialect['text'] = {
  open: (_, index) => [event('content_block_start', { index, content_block: { type: 'text', text: '' } })],
  piece: (_, index, text) =>
    pieces(text).map((piece) =>
      event('content_block_delta', { index, delta: { type: 'text_delta', text: piece } }),
    ),
  close: (_, index) => [event('content_block_stop', { index })],
};

function closingEvents(blocks: readonly Block[]): StreamEvent[] {
  return [
    event('message_delta', {
      delta: { stop_reason: stopReason(blocks), stop_sequence: null },
      usage: { output_tokens: USAGE.output_tokens },
    }),
    event('message_stop', {}),
  ];
}

/** Agents send the signature back unread. */
const SIGNATURE = 'c2NyaXB0ZWQ=';

const toolId = (message: string, index: number): string => `toolu_${message}_${index}`;

const head = (id: string, model: string): Record<string, unknown> => ({
  id,
  type: 'message',
  role: 'assistant',
  model,
  stop_sequence: null,
});

/** Splits a text into the pieces of a stream; never cuts a surrogate pair. */
export function pieces(text: string): string[] {
  const cut: string[] = [];
  for (let start = 0; start < text.length;) {
    const last = text.charCodeAt(start + PIECE_UNITS - 1);
    const end = start + PIECE_UNITS + (last >= 0xd800 && last < 0xdc00 ? 1 : 0);
    cut.push(text.slice(start, end));
    start = end;
  }
  return cut;
}

export const MESSAGES: Dialect = {
  prefix: 'msg',
  read: readRequest,
  whole: wholeMessage,
  opening: openingEvents,
  block: blockEvents,
  text: textEvents,
  closing: (_, blocks) => closingEvents(blocks),
};
