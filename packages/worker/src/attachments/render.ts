import { isoTime } from '@ccbot/shared/iso-time';
import { cut, oneLine } from '@ccbot/shared/one-line';
import type { FileKind, Forward, MessagePart, Quote, Thing } from '../inbox/model';
import { typeable } from '../terminal/sanitize';
import { forAgents } from '../words/for-agents';
import { withoutCodeMarks } from '../words/markdown';
import { pasteOf } from './paste';

/** What became of a message's file. */
export interface FileFate {
  /** Where it will be, once it is whole. */
  planned?: string;
  /** Where it is now. */
  path?: string;
  /** Why it is not here. */
  failed?: string;
  /** What is said in it. */
  transcript?: string;
}

/** A message of an attachment, with what became of its file. */
export type RenderedPart = MessagePart & { fate?: FileFate };

/** The longest quote that a user picks (Telegram's own limit), and of a whole message that is answered, UTF-16 units. */
const QUOTE_MAX = 1_024;
const ANSWERED_MAX = 300;
/** The longest name that others chose, UTF-16 units. */
const NAME_MAX = 64;

/**
 * The text of messages as it is typed where text runs; null if there is anything in them but text the user wrote. A
 * message that is code from end to end is that code: a shell would take its marks for commands.
 */
export function shellText(parts: readonly RenderedPart[]): string | null {
  return ownText(
    parts.map(({ unmarked, ...part }) =>
      unmarked !== undefined && withoutCodeMarks(part.text) !== part.text
        ? { ...part, text: unmarked }
        : part,
    ),
  );
}

/** The text of messages that are nothing but text the user wrote; null if there is anything else in them. */
export function ownText(parts: readonly RenderedPart[]): string | null {
  const isOwn = parts.every(
    ({ own, forward, thing, file }) =>
      own === true && forward === undefined && thing === undefined && file === undefined,
  );
  return isOwn ? pasteOf(parts) : null;
}

/** The prompt that the agent gets. `ageMs` is the age that it states, or null for none. */
export function renderPrompt(parts: readonly RenderedPart[], ageMs: number | null): string {
  const plain = parts.every((p) => p.forward === undefined && p.thing === undefined && p.file === undefined);
  const body = plain
    ? pasteOf(parts)
    : parts
        .map(renderPart)
        .filter((t) => t !== '')
        .join('\n\n');
  const quote = plain ? renderQuote(parts[0]?.quote) : '';
  // The agent takes a command only at the very start of a prompt.
  if (plain && mayBecomeCommand(body) && parts.some(({ mixed }) => mixed === true))
    return `${forAgents.notRun}\n\n${body}`;
  if (plain && isCommand(body)) return body;
  const age = ageMs === null ? '' : forAgents.age(durationOf(ageMs));
  return [age, quote, body].filter((t) => t !== '').join('\n\n');
}

/** Whether the agent would run a text as one of its commands, or as a shell command. */
function isCommand(text: string): boolean {
  return /^[/!#]/.test(text);
}

/** Whether it would without what is not typed, or what the agent drops, at its start. */
function mayBecomeCommand(text: string): boolean {
  return /^[\s\p{C}\p{Default_Ignorable_Code_Point}]*[/!#]/u.test(typeable(text));
}

function renderPart(part: RenderedPart): string {
  const lines = [renderQuote(part.quote)];
  if (part.file !== undefined) lines.push(renderFile(part.file.kind, part.file.seconds, part.fate ?? {}));
  if (part.thing !== undefined) lines.push(renderThing(part.thing));
  lines.push(part.forward === undefined ? part.text : renderForward(part.forward, part.text));
  return lines.filter((t) => t !== '').join('\n\n');
}

function renderFile(kind: FileKind, seconds: number | undefined, fate: FileFate): string {
  const name = forAgents.file[kind];
  if (fate.transcript !== undefined) return `${forAgents.transcribed(fate.path ?? '')}\n\n${fate.transcript}`;
  const length = seconds === undefined ? '' : ` (${seconds} s)`;
  if (fate.path === undefined) return forAgents.fileMissing(name, fate.failed ?? '');
  return `${name}${length}: ${fate.path}`;
}

function renderThing(thing: Thing): string {
  switch (thing.kind) {
    case 'location':
      return forAgents.location(degrees(thing), thing.accuracy, thing.live);
    case 'venue':
      return forAgents.venue(degrees(thing), oneLine(thing.title, 200), oneLine(thing.address, 300));
    case 'contact':
      return forAgents.contact(oneLine(thing.name, NAME_MAX), oneLine(thing.phone, NAME_MAX));
    case 'sticker':
      return forAgents.sticker(oneLine(thing.emoji, 16), oneLine(thing.set, NAME_MAX));
  }
}

function degrees({ latitude, longitude }: { latitude: number; longitude: number }): string {
  return `${latitude.toFixed(6)}, ${longitude.toFixed(6)}`;
}

function renderForward(forward: Forward, text: string): string {
  const isTime = !Number.isNaN(new Date(forward.at).getTime());
  const at = isTime ? `${isoTime(forward.at).slice(0, 16).replace('T', ' ')} UTC` : '';
  const head = forAgents.forwarded(oneLine(forward.from, NAME_MAX), at);
  return text === '' ? head : `${head}\n${quoted(text)}`;
}

function renderQuote(quote: Quote | undefined): string {
  if (quote === undefined) return '';
  const most = quote.picked ? QUOTE_MAX : ANSWERED_MAX;
  const head =
    quote.whose === 'other'
      ? forAgents.quotesOther(oneLine(quote.name ?? '', NAME_MAX))
      : quote.whose === 'bot'
        ? forAgents.quotesBot
        : forAgents.quotesUser;
  return `${head}\n${quoted(cut(quote.text, most))}`;
}

/** Marks each line as quoted. */
function quoted(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/^/gm, '> ');
}

/** A duration in words, rounded to minutes, hours or days. */
export function durationOf(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return forAgents.minutes(minutes);
  const hours = Math.round(minutes / 60);
  return hours < 48 ? forAgents.hours(hours) : forAgents.days(Math.round(hours / 24));
}
