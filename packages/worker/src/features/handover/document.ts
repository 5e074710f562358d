import { cutMiddle } from '../../agents/cut-middle';
import { titleLine } from '../../agents/title-line';
import type { SessionEvent, Todo } from '../../sessions/events';

/** The session that is handed over. */
export interface HandoverSource {
  /** The agent's name for people. */
  agent: string;
  /** The session's name. */
  name: string;
  cwd: string;
  transcriptPath: string;
  /** Empty if it is not known. */
  firstRequest: string;
  /** What happened last, oldest first. */
  events: readonly SessionEvent[];
  /** It ran on another machine. `notCarried`: the files whose changes stay there. */
  elsewhere?: { host: string; notCarried: readonly string[] } | undefined;
}

/** The longest document, UTF-16 units: about six pages, which every agent takes in one message. */
export const HANDOVER_MAX = 16_000;

/** The most of one prompt, of one answer, and of the first request, UTF-16 units. */
const PART_MAX = { prompt: 1_500, answer: 3_000, firstRequest: 3_000 };

/** How many of the last tools are listed. */
const TOOLS_MAX = 30;

/** Room for the heading of the conversation, UTF-16 units. */
const HEADING = 100;

/** Room for what the other machine adds, UTF-16 units. */
export const ARRIVAL_MAX = 1_000;

/** How many files are named whose changes stay on the other machine. */
const NOT_CARRIED_MAX = 20;

/**
 * The state of a session, for the agent that continues its work: the first request, open tasks, the last tools, and the
 * end of the conversation, as much as fits {@link HANDOVER_MAX}.
 */
export function handoverDocument(source: HandoverSource): string {
  const { firstRequest, events } = source;
  const max = source.elsewhere === undefined ? HANDOVER_MAX : HANDOVER_MAX - ARRIVAL_MAX;
  const head = headOf(source);
  const first =
    firstRequest === '' ? '' : section('The first request', cut(firstRequest, PART_MAX.firstRequest));
  const todos = section('Open tasks', openTasks(events).join('\n'));
  const tools = section('The last tools', lastTools(events).join('\n'));
  const end =
    'Say in a few sentences where the work stands and what you would do next, and wait for my word before you change anything.';
  const fixed = joined([head, first, todos, tools, end]);
  const room = max - fixed.length - HEADING;
  const conversation = section('The end of the conversation', lastThatFit(conversationOf(events), room));
  return cut(joined([head, first, todos, tools, conversation, end]), max);
}

function headOf({ agent, name, cwd, transcriptPath, elsewhere }: HandoverSource): string {
  const what = `You take over a session of ${agent}, “${titleLine(name)}”, in ${cwd}`;
  if (elsewhere === undefined)
    return [
      `${what}. This is what is known about it.`,
      `Its full transcript is ${transcriptPath}: read it if you need more, and do not change it.`,
    ].join('\n');
  const { host, notCarried } = elsewhere;
  const listed = notCarried.slice(0, NOT_CARRIED_MAX).map((file) => `- ${titleLine(file)}`);
  const more = notCarried.length - listed.length;
  return [
    `${what} on the machine ${host}. This is what is known about it. Its transcript, and everything that is not committed there, stay on that machine.`,
    ...(listed.length === 0 ? [] : ['Files with changes that are not here:', ...listed]),
    ...(more > 0 ? [`- and ${more} more`] : []),
  ].join('\n');
}

const section = (title: string, body: string): string => (body === '' ? '' : `## ${title}\n\n${body}`);

const joined = (sections: readonly string[]): string => sections.filter((text) => text !== '').join('\n\n');

function openTasks(events: readonly SessionEvent[]): string[] {
  return todosOf(events)
    .filter(({ state }) => state !== 'done')
    .map(({ text }) => `- ${titleLine(text)}`);
}

/** The list as the agent reported it last. */
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

function lastTools(events: readonly SessionEvent[]): string[] {
  const failed = new Set(
    events.flatMap((event) => (event.type === 'tool.ended' && !event.ok ? [event.id] : [])),
  );
  return events
    .filter((event) => event.type === 'tool.started')
    .slice(-TOOLS_MAX)
    .map(({ id, name, title }) => `- ${titleLine(`${name} ${title}`)}${failed.has(id) ? ' (failed)' : ''}`);
}

function conversationOf(events: readonly SessionEvent[]): string[] {
  const messages = events.flatMap((event): string[] => {
    switch (event.type) {
      case 'turn.started':
      case 'prompt.taken':
        return event.prompt.trim() === '' ? [] : [`User: ${cut(event.prompt.trim(), PART_MAX.prompt)}`];
      case 'text':
        return event.text.trim() === '' ? [] : [`Agent: ${cut(event.text.trim(), PART_MAX.answer)}`];
      default:
        return [];
    }
  });
  // A prompt is reported when it is queued, and again when its turn begins.
  return messages.filter((message, i) => message !== messages[i - 1]);
}

/** The last messages that fit the room, oldest first. */
function lastThatFit(messages: readonly string[], room: number): string {
  const kept: string[] = [];
  let length = 0;
  for (const message of messages.toReversed()) {
    length += message.length + 2;
    if (length > room) break;
    kept.unshift(message);
  }
  return kept.join('\n\n');
}

const cut = (text: string, max: number): string => cutMiddle(text, max, '\n[…]\n');
