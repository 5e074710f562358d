import { buttonData, withButtons } from '../cards/button';
import { BUTTON } from '../cards/buttons';
import { renderNotice } from '../cards/render';
import type { Button, View } from '../cards/view';
import type { Outbox } from '../outbox/outbox';
import { PanesError, type Panes, type PaneState } from '../terminal/panes';
import type { Words, WordsOf } from '../words/words';
import type { Registry } from '../sessions/registry';
import { isLive, type Session } from '../sessions/model';
import { uniqueName } from '../sessions/unique-name';
import { keys } from '../outbox/keys';

/** What is held against each other, and who hears of the result. */
export interface ReconcileDeps {
  wordsOf: WordsOf;
  registry: Registry;
  panes: Panes;
  /** Goes on reading the transcript where the stored offset says. */
  follow(session: Session): void;
  outbox: Pick<Outbox, 'put'>;
  /** The chats of the people who have to do with a session. */
  watchers(session: Session): readonly number[];
  /** The session of a window that nobody here knows, from what it carries; null: it is none of ours. */
  adopt(pane: PaneState): Session | null;
  /** Has what is left of the agent of a session that is over ended, which may take some seconds: it is not waited for. */
  endOrphans(session: Session): void;
  now(): number;
}

/** What was found when the sessions on disk were held against the windows that are there. */
export interface Reconciled {
  attached: string[];
  ended: string[];
  lost: string[];
  /** Found by their windows alone: the database did not know them, or thought them lost. */
  adopted: string[];
}

/**
 * Holds every live session against the terminal: its window is there → taken up again with nothing repeated;
 * its agent ended meanwhile → told with its last screen; its window is gone → `lost`, told once for all. A window whose
 * session the database does not know is taken in by what it carries.
 */
export async function reconcile(deps: ReconcileDeps): Promise<Reconciled> {
  const panes = new Map((await deps.panes.list()).map((pane) => [pane.session, pane]));
  const at = deps.now();
  const result: Reconciled = { attached: [], ended: [], lost: [], adopted: [] };
  const lostIn = new Map<number, Session[]>();
  await finishClosing(deps, panes);
  const foundIn = new Map<number, string[]>();
  for (const pane of panes.values()) {
    const known = deps.registry.get(pane.session);
    if (known !== undefined && (known.phase !== 'lost' || pane.dead)) continue;
    const session = known ?? deps.adopt(pane);
    if (session === null) continue;
    if (known === undefined) deps.registry.add(session);
    // Its window was opened while nobody could tell, such as when the terminal's answer was lost.
    else deps.registry.dispatch(known.id, [{ type: 'restored', at, name: freeName(known, deps.registry) }]);
    result.adopted.push(session.id);
    for (const chatId of deps.watchers(session))
      foundIn.set(chatId, [...(foundIn.get(chatId) ?? []), session.name]);
  }
  for (const session of deps.registry.live()) {
    // Its message is still in the inbox, and opens the window when it is handled again.
    if (session.phase === 'opening' && !panes.has(session.id)) continue;
    if (session.binding !== undefined) deps.follow(session);
    const pane = panes.get(session.id);
    if (pane === undefined) {
      deps.registry.dispatch(session.id, [{ type: 'lost', at }]);
      result.lost.push(session.id);
      for (const chatId of deps.watchers(session))
        lostIn.set(chatId, [...(lostIn.get(chatId) ?? []), session]);
    } else if (pane.dead) {
      await ended(deps, session.id, pane);
      result.ended.push(session.id);
    } else {
      deps.registry.dispatch(session.id, [
        { type: 'opened', at: deps.now() },
        // Asked for, and perhaps not drawn yet when ccbot was killed; one that is there already is brought up to date.
        ...((session.screenIn?.length ?? 0) > 0
          ? [{ type: 'screen.asked', at: deps.now(), isNew: false } as const]
          : []),
      ]);
      result.attached.push(session.id);
    }
  }
  for (const [chatId, names] of foundIn) {
    deps.outbox.put({
      chatId,
      key: keys.found(deps.now()),
      view: renderNotice(deps.wordsOf(chatId).found(names)),
      class: 'notice',
    });
  }
  for (const [chatId, sessions] of lostIn) {
    deps.outbox.put({
      chatId,
      key: keys.lost(at),
      view: lostView(sessions, at, deps.wordsOf(chatId)),
      class: 'notice',
    });
  }
  return result;
}

function freeName({ name }: Session, registry: Pick<Registry, 'live'>): string {
  return uniqueName(name, new Set(registry.live().map((one) => one.name.toLowerCase())));
}

/** A kill -9 at a session's end leaves its window, or an agent that took no notice of the window's end: they are ended now. */
async function finishClosing(
  { registry, panes: port, endOrphans }: ReconcileDeps,
  panes: ReadonlyMap<string, PaneState>,
): Promise<void> {
  for (const [id, { dead }] of panes) {
    const session = registry.get(id);
    if (session === undefined || isLive(session) || (session.phase === 'lost' && !dead)) continue;
    try {
      await port.close(id);
    } catch (error) {
      if (!(error instanceof PanesError)) throw error; // gone by itself
    }
  }
  for (const session of registry.all())
    if (!isLive(session) && session.leftover === true) endOrphans(session);
}

/** One message for all that was lost, with a button for each that can go on, and one for all of them. */
function lostView(sessions: readonly Session[], at: number, words: Words): View {
  const able = sessions.filter((session) => session.binding !== undefined);
  const buttons: Button[][] = able.slice(0, LOST_BUTTONS).map((session) => [
    {
      text: `${words.archive.restore} ${session.name}`,
      data: buttonData(BUTTON.restore, { session: session.id }),
    },
  ]);
  if (able.length > 1)
    buttons.push([{ text: words.archive.restoreAll, data: buttonData(BUTTON.restoreLost, { at }) }]);
  return withButtons(
    renderNotice(words.lost(sessions.map(({ name }) => name))),
    buttons.length > 0 ? buttons : undefined,
  );
}

/** The most buttons under the message about what was lost: the rest is in the archive. */
const LOST_BUTTONS = 10;

/** Tells of an agent that ended, with the last lines of its screen, and closes its window. */
export async function ended(
  deps: Pick<ReconcileDeps, 'registry' | 'panes' | 'now'>,
  id: string,
  pane: Pick<PaneState, 'exitStatus'>,
): Promise<void> {
  let screen: string[] = [];
  try {
    screen = await deps.panes.screen(id);
  } catch (error) {
    if (!(error instanceof PanesError)) throw error; // the window went before its screen could be read
  }
  const last = screen
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !TMUX_OBITUARY.test(line));
  deps.registry.dispatch(id, [
    { type: 'died', at: deps.now(), exitStatus: pane.exitStatus, screen: last.slice(-LAST_LINES) },
  ]);
  try {
    await deps.panes.close(id);
  } catch (error) {
    if (!(error instanceof PanesError)) throw error; // gone already
  }
}

/** What tmux itself writes under a program that ended; the exit code is told in our own words. */
const TMUX_OBITUARY = /^Pane is dead \(/;

/** How many of the last lines of a dead agent's screen are told. */
const LAST_LINES = 15;
