import type { Admitted, InboundEdit, InboundTap } from '../inbox/model';
import { isBlank } from '../prompts/model';
import { kindOf, readButton, type TapRule } from '../cards/button';
import { withoutCodeMarks } from '../words/markdown';
import type { Grammar, SessionReach } from './command';
import {
  refuse,
  type AwaitedText,
  type ChatView,
  type EditIntent,
  type KeepIntent,
  type Intent,
  type PromptIntent,
  type RefusalIntent,
  type SessionIntent,
  type TextIntent,
} from './intents';
import { typedFor } from './menu/entries';
import { exactName, sessionsNamed, type NamedSession } from './named';

/** Decides what a message or a tap of an admitted user means. */
export function route(inbound: Admitted, view: ChatView, grammar: Grammar): Intent {
  switch (inbound.kind) {
    case 'tap':
      return routeTap(inbound, view, grammar);
    case 'text':
      return routeText(inbound.text, view, grammar);
    case 'attachment':
      // Files and what others wrote are for the agent, whatever their words look like.
      return forAgent(inbound.text, view);
    case 'edit':
      return editIntent(inbound, typed(inbound.text, view, grammar));
    case 'strange':
      return refuse({ code: 'unsupported', kind: inbound.what });
  }
}

const promptIntent = (session: string, text: string): PromptIntent => ({ do: 'prompt', session, text });

function editIntent({ messageId, text: written, unmarked, own }: InboundEdit, text: string): EditIntent {
  return {
    do: 'edit',
    message: messageId,
    text,
    ...(unmarked !== undefined && text === written ? { unmarked } : {}),
    ...(isPartOf(text, written) && own === true ? { own } : {}),
  };
}

/** Whether a text is as the user wrote it, or its end: a command of the agent's menu is replaced by the agent's name of it. */
export function isPartOf(text: string, written: string): boolean {
  return written.endsWith(text);
}

/** A button whose target is gone. */
export const EXPIRED: Intent = { do: 'expired' };

/**
 * A button of a message that is gone, or that this database did not post: what it names may be something else here. `of`:
 * what it would mean.
 */
export interface OldButtonIntent extends Intent {
  readonly do: 'old-button';
  readonly of: Intent;
}

export function isOldButton(intent: Intent): intent is OldButtonIntent {
  return intent.do === 'old-button';
}

/** A button of a message whose sending is not recorded yet. */
export const EARLY_TAP: Intent = { do: 'early-tap' };

function routeTap(tap: InboundTap, view: ChatView, { byVerb, commands }: Grammar): Intent {
  const kind = kindOf(byVerb, tap.data);
  const intent = readButton(byVerb, tap.data);
  if (kind === undefined || intent === null) return EXPIRED;
  const refusal = refusalOf(kind.counts, view.tapped ?? 'unknown', intent);
  if (refusal !== null) return refusal;
  const { session } = intent as { session?: unknown };
  if (typeof session !== 'string') return intent;
  const isLive = view.sessions.some(({ id }) => id === session);
  return isLive || reaches(view, commands[intent.do]?.session, session) ? intent : EXPIRED;
}

/** Whether a command may be about a session that is not live here. */
function reaches({ archived, elsewhere = [] }: ChatView, reach: SessionReach = 'live', id: string): boolean {
  if (reach === 'live-or-archived') return archived.includes(id);
  return reach === 'live-anywhere' && elsewhere.some((session) => session.id === id);
}

/** Whether a tap counts for nothing because of the message it was on. */
function refusalOf(
  counts: TapRule,
  tapped: NonNullable<ChatView['tapped']>,
  intent: Intent,
): Intent | OldButtonIntent | null {
  if (counts === 'any' || tapped === 'posted') return null;
  if (tapped === 'unknown') return { do: 'old-button', of: intent };
  // Being sent: its command compares the nonce.
  return counts === 'nonce' ? null : EARLY_TAP;
}

const textIntent = ({ do: name, carries }: AwaitedText, text: string): TextIntent<string> => ({
  ...carries,
  do: name,
  text,
});

const SLASH = /^\/([a-z_]+)(?:@([\w-]+))?(?:\s+([\s\S]*))?$/i;

function routeText(text: string, view: ChatView, grammar: Grammar): Intent {
  const own = routeCommand(text, view, grammar);
  if (own !== null) return own;
  const isSlash = SLASH.test(text.trim());
  const awaited = view.awaited.find(({ takesSlash }) => takesSlash || !isSlash);
  if (awaited !== undefined && text.trim() !== '') return textIntent(awaited, text);
  // Typed into an agent, a lone slash would run the first command that the agent offers.
  if (/^\/+$/.test(text.trim())) return { do: 'help' };
  if (isBlank(text)) return refuse({ code: 'nothing-to-type' });
  // Every other slash command is the agent's own.
  return forAgent(typed(text, view, grammar), view);
}

/** The intent of one of ccbot's own commands; null for any other text. */
function routeCommand(text: string, view: ChatView, { bySlash }: Grammar): Intent | null {
  const [, name = '', suffix, rest = ''] = SLASH.exec(text.trim()) ?? [];
  return bySlash.get(name.toLowerCase())?.read(withoutCodeMarks(rest.trim()), view, suffix) ?? null;
}

/** The text for the agent: its own names for commands of the menu, and its `/help` for `//help`. */
function typed(text: string, view: ChatView, grammar: Grammar): string {
  if (/^\/\/[a-z]/i.test(text) && routeCommand(text.slice(1), view, grammar) !== null) return text.slice(1);
  return typedFor(text, view.menu ?? []);
}

/** A text for the agent of the quoted session, or of the active one. Without a session it is kept for the next one. */
function forAgent(text: string, view: ChatView): PromptIntent | KeepIntent | RefusalIntent {
  const { quoted, active, sessions } = view;
  const hasSession = sessions.some(({ id }) => id === active);
  if (!hasSession && quoted?.live !== true) return { do: 'keep', text };
  return forSession('', view, (session) => promptIntent(session, text)) as PromptIntent | RefusalIntent;
}

/** Finds a session by name, or without a name the quoted session, or the active one. */
export function forSession(
  name: string,
  view: ChatView,
  intent: (session: string) => Intent,
  reach: SessionReach = 'live',
): Intent {
  const { quoted, active, sessions, elsewhere = [] } = view;
  const oneElsewhere = (session: NamedSession): Intent =>
    reach === 'live-anywhere' ? intent(session.id) : refuse({ code: 'elsewhere', name: exactName(session) });
  if (name !== '') {
    const found = sessionsNamed(name, [...sessions, ...elsewhere]);
    const [only] = found;
    if (only === undefined) return refuse({ code: 'no-such-session', name });
    if (found.length > 1) return refuse({ code: 'several-sessions', name, choices: found.map(exactName) });
    return sessions.includes(only) ? intent(only.id) : oneElsewhere(only);
  }
  if (quoted !== undefined)
    return quoted.live ? intent(quoted.id) : refuse({ code: 'quoted-session-ended', name: quoted.name });
  if (active !== undefined && sessions.some(({ id }) => id === active)) return intent(active);
  const other = elsewhere.find(({ id }) => id === active);
  if (other !== undefined) return oneElsewhere(other);
  const hasSome = sessions.length + elsewhere.length > 0;
  return refuse({ code: hasSome ? 'no-active-session' : 'no-sessions' });
}

/** A slash command `/name [session]` about one session. */
export function sessionSlash<D extends string>(
  names: readonly string[],
  intent: (session: string) => SessionIntent<D>,
  reach?: SessionReach,
) {
  return {
    names,
    read: (rest: string, view: ChatView): Intent => forSession(rest, view, intent, reach),
  };
}
