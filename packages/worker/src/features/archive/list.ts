import type { AgentCatalog } from '../../agents/catalog';
import type { ArchiveIntent } from '../../cards/buttons';
import { renderNotice } from '../../cards/render';
import type { View } from '../../cards/view';
import type { Conversation } from '../../chat/command';
import type { ClusterView } from '../../cluster/model';
import { outboxKey } from '../../outbox/keys';
import type { Outbox } from '../../outbox/outbox';
import { archivedOf } from '../../sessions/machine/archiving';
import { isLive, type Session } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import { renderDeleteSure, renderList, renderSession, type ArchivedSession } from './view';
import { archiveWords } from './words/words';

export interface ArchiveListDeps {
  registry: Registry;
  agents: AgentCatalog;
  outbox: Pick<Outbox, 'put' | 'remove'>;
  /** The other machines; undefined: there is no cluster. */
  cluster: Pick<ClusterView, 'elsewhere'> | undefined;
  now(): number;
}

/** Each chat has one message for the archive: paging changes it in place. */
const KEY = outboxKey('archive');

export function showList(deps: ArchiveListDeps, conversation: Conversation, { page }: ArchiveIntent): void {
  const { outbox, now } = deps;
  const { inbound, chatId, words, ack, say } = conversation;
  ack();
  const sessions = allArchived(deps);
  if (sessions.length === 0) return say(words.of(archiveWords).empty);
  // After the command it is a new message, below what was written meanwhile.
  if (inbound.kind === 'text') outbox.remove(chatId, KEY);
  show(deps, conversation, renderList(sessions, page, now(), words));
}

/** Those of all machines, the last ended first. */
function allArchived({ registry, cluster }: ArchiveListDeps): ArchivedSession[] {
  const own = archivedOf(registry.all());
  if (cluster === undefined) return own;
  const others = cluster
    .elsewhere()
    .filter(({ live }) => !live)
    .map((session) => ({ ...session, name: session.label }));
  const endOf = ({ ended, createdAt }: ArchivedSession): number => ended?.at ?? createdAt;
  return [...own, ...others].sort((a, b) => endOf(b) - endOf(a));
}

export function showSession(deps: ArchiveListDeps, conversation: Conversation, id: string): void {
  const { registry, agents } = deps;
  const { words, ack } = conversation;
  const session = archivedSession(registry, id);
  if (session === undefined) return ack(words.expired);
  ack();
  const others = agents.all
    .map(({ kind }) => kind)
    .filter((kind) => kind.settings !== null && kind.id !== session.agent);
  show(deps, conversation, renderSession(session, agents.titleOf(session.agent), others, words));
}

/** Deletes a session from the archive, once the user has confirmed. */
export function forget(
  deps: ArchiveListDeps,
  conversation: Conversation,
  { session: id, sure }: { readonly session: string; readonly sure: boolean },
): void {
  const { registry } = deps;
  const { words, ack } = conversation;
  const session = archivedSession(registry, id);
  if (session === undefined) return ack(words.expired);
  ack();
  if (!sure) return show(deps, conversation, renderDeleteSure(session, words));
  registry.forget([id]);
  show(deps, conversation, renderNotice(words.of(archiveWords).deleted(session.name)));
}

function show({ outbox }: ArchiveListDeps, { chatId, thread }: Conversation, view: View): void {
  outbox.put({ chatId, thread, key: KEY, view, class: 'notice' });
}

function archivedSession(registry: Registry, id: string): Session | undefined {
  const session = registry.get(id);
  return session === undefined || isLive(session) ? undefined : session;
}
