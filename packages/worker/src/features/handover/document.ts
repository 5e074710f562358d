import type { SessionEvent, Todo } from '../../sessions/events';
import { cutMiddle } from '../../agents/cut-middle';
import { oneLine } from '../../agents/one-line';

/** What one session is handed over from. */
export interface HandoverSource {
  /** The agent's name for people, and the session's. */
  agent: string;
  name: string;
  cwd: string;
  transcriptPath: string;
  /** What was asked first; empty where it is not known. */
  asked: string;
  /** What happened last, in its order. */
  events: readonly SessionEvent[];
}

/** The longest document, UTF-16 units: some six pages, which every agent takes in one message. */
export const HANDOVER_MAX = 16_000;

/** The most of one prompt, of one answer, and of what was asked first, UTF-16 units. */
const PART = { prompt: 1_500, answer: 3_000, asked: 3_000 };

/** How many of the last tools are told. */
const TOOLS = 30;

/**
 * Where a session stands, in words for an agent that goes on with its work: what was asked first, what is open, what
 * was done, and the end of the conversation, as much as fits. Never longer than {@link HANDOVER_MAX}.
 */
export function handoverDocument(source: HandoverSource): string {
  const { agent, name, cwd, transcriptPath, asked, events } = source;
  const head = [
    `You take over a session of ${agent}, “${oneLine(name)}”, in ${cwd}. This is what is known of it.`,
    `Its whole transcript is ${transcriptPath}: read it where this is not enough, and do not change it.`,
  ].join('\n');
  const end =
    'Say in a few sentences where this stands and what you would do next, and wait for my word before you change anything.';
  const first = asked === '' ? '' : section('What was asked first', cut(asked, PART.asked));
  const list = todosOf(events).filter(({ state }) => state !== 'done');
  const todos = section('What is still open', list.map(({ text }) => `- ${oneLine(text)}`).join('\n'));
  const tools = section('What was done last', toolsOf(events).join('\n'));
  const fixed = [head, first, todos, tools, end].filter((piece) => piece !== '').join('\n\n');
  const room = HANDOVER_MAX - fixed.length - 100;
  const talk = section('The end of the conversation', lastOf(talkOf(events), room));
  const pieces = [head, first, todos, tools, talk, end].filter((piece) => piece !== '');
  return cut(pieces.join('\n\n'), HANDOVER_MAX);
}

const section = (title: string, body: string): string => (body === '' ? '' : `## ${title}\n\n${body}`);

/** The list as the agent last told it. */
function todosOf(events: readonly SessionEvent[]): readonly Todo[] {
  let todos: Todo[] = [];
  for (const event of events) {
    if (event.type === 'todos') todos = [...event.todos];
    if (event.type !== 'todo') continue;
    const old = todos.find(({ id }) => id === event.id);
    const rest = todos.filter((todo) => todo !== old);
    const text = event.text ?? old?.text;
    if (event.gone === true || text === undefined) todos = rest;
    else todos = [...rest, { id: event.id, text, state: event.state ?? old?.state ?? 'open' }];
  }
  return todos;
}

function toolsOf(events: readonly SessionEvent[]): string[] {
  const failed = new Set(events.flatMap((e) => (e.type === 'tool.ended' && !e.ok ? [e.id] : [])));
  return events
    .filter((e) => e.type === 'tool.started')
    .slice(-TOOLS)
    .map(({ id, name, title }) => `- ${oneLine(`${name} ${title}`)}${failed.has(id) ? ' (failed)' : ''}`);
}

function talkOf(events: readonly SessionEvent[]): string[] {
  const said = events.flatMap((event): string[] => {
    switch (event.type) {
      case 'turn.started':
      case 'prompt.taken':
        return event.prompt.trim() === '' ? [] : [`Person: ${cut(event.prompt.trim(), PART.prompt)}`];
      case 'text':
        return event.text.trim() === '' ? [] : [`Agent: ${cut(event.text.trim(), PART.answer)}`];
      default:
        return [];
    }
  });
  // A prompt is told of when it is queued, and again when its turn begins.
  return said.filter((line, i) => line !== said[i - 1]);
}

/** The last pieces that fit, oldest first. */
function lastOf(pieces: readonly string[], room: number): string {
  const kept: string[] = [];
  let length = 0;
  for (const piece of pieces.toReversed()) {
    length += piece.length + 2;
    if (length > room) break;
    kept.unshift(piece);
  }
  return kept.join('\n\n');
}

const cut = (text: string, most: number): string => cutMiddle(text, most, '\n[…]\n');
