import type { Listing } from './listing';
import { inBackground, paneOf, type TmuxState } from './state';

/** Switches output events of a session on or off. */
export async function watchOutput(state: TmuxState, session: string, on: boolean): Promise<void> {
  const { link, output } = state;
  const { pane } = await paneOf(state, session);
  if (on === output.watched.has(session)) return;
  output.dirty.delete(session);
  if (on) {
    output.watched.add(session);
    output.paused.delete(pane);
  } else {
    output.watched.delete(session);
    output.paused.add(pane);
  }
  await link.run(['refresh-client', '-A', `${pane}:${on ? 'continue' : 'pause'}`]);
  // What the window printed before counts as output: nobody was told about it.
  if (on && output.watched.has(session)) markDirty(state, session);
}

/** Holds back the output of panes that appeared since; tmux starts each with its output on. */
export async function holdBackOutput({ link, windows, output }: TmuxState, { home }: Listing): Promise<void> {
  const { paused, watched } = output;
  for (const pane of paused) if (!home.has(pane)) paused.delete(pane);
  const watchedPanes = [...watched].map((session) => windows.get(session)?.pane);
  const fresh = [...home].filter((pane) => !paused.has(pane) && !watchedPanes.includes(pane));
  if (fresh.length === 0) return;
  for (const pane of fresh) paused.add(pane);
  await link.run(['refresh-client', ...fresh.flatMap((pane) => ['-A', `${pane}:pause`])]);
}

/** A pane printed. */
export function onOutput(state: TmuxState, pane: string): void {
  const { windows, output } = state;
  const session = [...output.watched].find((candidate) => windows.get(candidate)?.pane === pane);
  if (session !== undefined) markDirty(state, session);
}

/** tmux paused a pane. If we did not ask for it, we read too slowly for a while, and tell tmux to continue. */
export function onPaused(state: TmuxState, pane: string): void {
  if (state.output.paused.has(pane)) return;
  inBackground(state, async () => {
    await state.link.run(['refresh-client', '-A', `${pane}:continue`]);
    onOutput(state, pane); // tmux drops what it printed meanwhile
  });
}

/** Reports that a watched session printed, unless that is known already. */
export function markDirty({ output, listener }: TmuxState, session: string): void {
  if (output.dirty.has(session)) return;
  output.dirty.add(session);
  listener({ type: 'output', session });
}
