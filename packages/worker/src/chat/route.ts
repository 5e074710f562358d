import type { InboundTap, Spoken } from '../inbox/model';
import { typedFor } from './menu/entries';
import { isBlank } from '../prompts/model';
import { parseButton } from './buttons';
import type { Intent, RouterView } from './intents';
import { routeHandover, routeNew } from '../features/new-session/route';

/** Decides what a message or a tap of an admitted person means. */
export function route(inbound: Spoken, view: RouterView): Intent {
  switch (inbound.kind) {
    case 'tap':
      return routeTap(inbound, view);
    case 'text':
      return routeText(inbound.text, view);
    case 'attachment':
      // Files and what others wrote are for the agent, whatever their words look like.
      return named('', view, (session) => ({ do: 'prompt', session, text: inbound.text }));
    case 'edit':
      return { do: 'edit', message: inbound.messageId, text: typed(inbound.text, view) };
    case 'strange':
      return { do: 'tell', text: view.words.strange(inbound.what) };
  }
}

/** What can be done with a session that is in the archive; with one that went on meanwhile it does no harm. */
const OF_ARCHIVE: ReadonlySet<Intent['do']> = new Set<Intent['do']>([
  'archived',
  'restore',
  'forget',
  'handover',
  'history',
  'export',
]);

function routeTap(tap: InboundTap, view: RouterView): Intent {
  const intent = parseButton(tap.data);
  if (intent === null) return { do: 'expired' };
  if (!('session' in intent)) return intent;
  const live = view.sessions.some((s) => s.id === intent.session);
  const known = OF_ARCHIVE.has(intent.do) ? live || view.archived.includes(intent.session) : live;
  return known ? intent : { do: 'expired' };
}

function routeText(text: string, view: RouterView): Intent {
  const command = /^\/([a-z_]+)(?:@([\w-]+))?(?:\s+([\s\S]*))?$/i.exec(text.trim());
  const verb = command?.[1]?.toLowerCase();
  const rest = command?.[3]?.trim() ?? '';
  switch (verb) {
    case 'start':
    case 'help':
      return { do: 'help' };
    case 'settings':
      return { do: 'settings' };
    case 'menu':
      return { do: 'settings', page: 'menu' };
    case 'sessions':
      return { do: 'list' };
    case 'usage':
      return { do: 'usage' };
    case 'health':
      return { do: 'status' };
    case 'new':
      // `/new@agent` without the space: no bot is called so.
      return routeNew(isAgent(command?.[2], view) ? `@${command?.[2]} ${rest}`.trim() : rest, view);
    case 'handover':
      return routeHandover(rest, view, (name, then) => named(name, view, then));
    case 'switch':
      return named(rest, view, (session) => ({ do: 'switch', session }));
    case 'kill':
      return named(rest, view, (session) => ({ do: 'kill', session, sure: false }));
    case 'done':
      return named(rest, view, (session) => ({ do: 'done', session }));
    case 'adopt':
      return { do: 'strays' };
    case 'archive':
      return { do: 'archive', page: 0 };
    case 'history':
      return named(rest, view, (session) => ({ do: 'history', session, page: 0 }));
    case 'export':
      return named(rest, view, (session) => ({ do: 'export', session }));
    case 'rename':
      if (rest === '') return { do: 'tell', text: view.words.archive.renameUsage };
      return named('', view, (session) => ({ do: 'rename', session, name: rest }));
    case 'stop':
      return named(rest, view, (session) => ({ do: 'interrupt', session }));
    case 'inbox':
      return { do: 'inbox' };
    case 'allow':
      return named(rest, view, (session) => ({ do: 'allow-all', session }));
    case 'login': {
      const session = view.sessions.find((s) => s.id === view.active)?.id;
      return { do: 'login', ...(session === undefined ? {} : { session }) };
    }
    case 'screen':
    case 'screenshot':
      return named(rest, view, (session) => ({ do: 'screen', session }));
    default:
      // A secret that the person gives to nobody else.
      if (view.login === true && verb === undefined && text.trim() !== '') return { do: 'login-code', text };
      // Also one that looks like a command: `/tmp`.
      if (view.browsing === true && text.trim() !== '') return { do: 'browse-text', text };
      // A request that was answered with “say why” waits for just this.
      if (view.writing !== undefined && text.trim() !== '') {
        return { do: 'ask-text', ask: view.writing, text: text.trim() };
      }
      // Typed into an agent, it would run the first command that the agent offers.
      if (/^\/+$/.test(text.trim())) return { do: 'help' };
      // Every other slash command is the agent's own.
      if (isBlank(text)) return { do: 'tell', text: view.words.emptyMessage };
      return named('', view, (session) => ({ do: 'prompt', session, text: typed(text, view) }));
  }
}

/** What is typed into the agent: its own names for commands of the menu, and `/help` of the agent for `//help`. */
function typed(text: string, view: RouterView): string {
  if (/^\/\/[a-z]/i.test(text) && isOwn(text.slice(1), view)) return text.slice(1);
  return typedFor(text, view.commands ?? []);
}

/** Whether a text is a command of ccbot's. */
function isOwn(text: string, view: RouterView): boolean {
  const { words, sessions, archived, active, agents } = view; // and not what is waited for
  return routeText(text, { words, sessions, archived, active, agents }).do !== 'prompt';
}

/** Resolves a session by its name, or, when no name is given, the one whose message is answered to, or the active one. */
function named(name: string, view: RouterView, then: (session: string) => Intent): Intent {
  if (name === '') {
    const { quoted } = view;
    if (quoted !== undefined) {
      return quoted.live ? then(quoted.id) : { do: 'tell', text: view.words.board.quotedOver(quoted.name) };
    }
    if (view.active !== undefined && view.sessions.some((s) => s.id === view.active))
      return then(view.active);
    return { do: 'tell', text: view.sessions.length === 0 ? view.words.noSessions : view.words.noActive };
  }
  const found = view.sessions.find((s) => s.name.toLowerCase() === name.toLowerCase());
  return found === undefined ? { do: 'tell', text: view.words.noSuchSession(name) } : then(found.id);
}

function isAgent(name: string | undefined, view: RouterView): boolean {
  return name !== undefined && view.agents.some(({ id }) => id === name.toLowerCase());
}
