import { admit } from './admit';
import { createJournal, type Journal } from './journal';
import type { Flood } from './flood';
import { coalesce, joined } from './coalesce';
import type { Inbound, Spoken } from './model';
import { parseUpdate } from './parse';
import type { RouterView } from '../chat/intents';
import { route } from '../chat/route';
import { perform, type Handlers, type PerformDeps } from '../chat/command';
import { isLive } from '../sessions/model';
import type { Registry } from '../sessions/registry';
import type { Settings } from '../store/settings';
import type { StoredUpdate, Updates } from './store';

/** What the way in is given. */
export interface IntakeDeps extends PerformDeps {
  allowed: ReadonlySet<number>;
  updates: Updates;
  instance: string;
  registry: Registry;
  settings: Settings;
  handlers: Handlers;
  flood: Flood;
  /** The agents that a person can name. */
  agents: RouterView['agents'];
  /** The request that a chat's next message is the text for. */
  writing(chatId: number): number | undefined;
  /** Whether the next plain message of a chat is a path, or the name of a folder. */
  browsing(chatId: number): boolean;
  /** The session that a message in a chat is of, the person's or the bot's. */
  sessionOf(chatId: number, message: number): string | undefined;
  /** Whether a session waits for an answer of the person. */
  asks(session: string): boolean;
  /** Whether the next plain message of a chat is the code of a login. */
  loginWaits(chatId: number): boolean;
  /** The language that the person's Telegram client speaks, an IETF tag. */
  onLanguage(chatId: number, code: string | undefined): void;
  /** An allowed person wrote or tapped. */
  onSpoken(inbound: Spoken): void;
  /** The commands of the agent that a chat writes to. */
  commands(chatId: number): Promise<RouterView['commands']>;
  /** What a person said was brought about. */
  onHandled(chatId: number): void;
  /** An update of an allowed person was set aside for good. */
  onSetAside(chatId: number, update: number, error: string): void;
  tx<T>(work: () => T): T;
  isFull(error: unknown): boolean;
  now(): number;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** The way in: what is stored is admitted, routed and brought about. */
export function createIntake(deps: IntakeDeps): Journal {
  const { allowed, registry, settings, now } = deps;
  const since = now();
  let strangers = 0;

  /** The session whose message the person answers to. */
  function quotedBy(inbound: Spoken): RouterView['quoted'] {
    const message = inbound.kind === 'text' || inbound.kind === 'attachment' ? inbound.replyTo : undefined;
    const id = message === undefined ? undefined : deps.sessionOf(inbound.chatId, message);
    const session = id === undefined ? undefined : registry.get(id);
    return session && { id: session.id, name: session.name, live: isLive(session) };
  }

  async function handle(told: Inbound): Promise<void> {
    const admission = admit(told, allowed);
    if (!admission.admitted) {
      strangers++;
      // Who and what kind, never what it says.
      const kind = told.kind === 'other' ? told.what : told.kind;
      deps.log('info', 'an update was not admitted', {
        why: admission.why,
        kind,
        user: told.userId,
        strangers,
      });
      return;
    }
    const { inbound } = admission;
    if ('language' in inbound) deps.onLanguage(inbound.chatId, inbound.language);
    deps.onSpoken(inbound);
    const said = inbound.kind === 'text' || inbound.kind === 'edit' ? inbound.text : '';
    const commands = said.trimStart().startsWith('/') ? await deps.commands(inbound.chatId) : undefined;
    const quoted = quotedBy(inbound);
    // An answer to a message of a session that asks nothing is for that session.
    const elsewhere = quoted !== undefined && !deps.asks(quoted.id);
    const writing = elsewhere ? undefined : deps.writing(inbound.chatId);
    const view = {
      ...(quoted === undefined ? {} : { quoted }),
      ...(commands === undefined ? {} : { commands }),
      words: deps.wordsOf(inbound.chatId),
      sessions: registry.live().map(({ id, name }) => ({ id, name })),
      archived: registry.all().flatMap((session) => (isLive(session) ? [] : [session.id])),
      active: settings.get(`chat:${inbound.chatId}`, 'active'),
      agents: deps.agents,
      ...(writing === undefined ? {} : { writing }),
      browsing: deps.browsing(inbound.chatId),
      login: deps.loginWaits(inbound.chatId),
    };
    const intent = route(inbound, view);
    // What steers ccbot itself, such as Stop, always gets through.
    if (
      intent.do === 'prompt' &&
      'messageId' in inbound &&
      !deps.flood.admit({ text: '', messageId: 0, ...inbound })
    )
      return;
    await perform(deps.handlers, deps, inbound, intent);
    deps.onHandled(inbound.chatId);
  }

  return createJournal({
    updates: deps.updates,
    instance: deps.instance,
    tx: (work) => deps.tx(work),
    isFull: (error) => deps.isFull(error),
    group: (open) => coalesce(open.length, (i) => candidate(open[i]), now(), since),
    handle: (group) => handle(together(group.map((update) => candidate(update).inbound))),
    onFailed(group: readonly StoredUpdate[], error) {
      const [first] = group;
      const chatId = Number(first?.lane);
      if (first !== undefined && allowed.has(chatId)) deps.onSetAside(chatId, first.id, error);
    },
    now,
    log: (level, text, meta) => deps.log(level, text, meta),
  });
}

function candidate(update: StoredUpdate | undefined): { inbound: Inbound; receivedAt: number } {
  if (update === undefined) throw new Error('there is no such update');
  const { receivedAt } = update;
  return { inbound: parseUpdate(JSON.parse(update.body), receivedAt), receivedAt };
}

function together(group: readonly Inbound[]): Inbound {
  const [first] = group;
  if (first === undefined) throw new Error('an empty group');
  const messages = group.filter((said) => said.kind === 'text' || said.kind === 'attachment');
  return messages.length > 1 ? joined(messages) : first;
}
