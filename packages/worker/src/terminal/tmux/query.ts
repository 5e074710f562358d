import { reasonOf } from '@ccbot/shared/faults/fault';
import { PANE_FIELDS, readListing, type NumberedListing } from './listing';
import type { TmuxState } from './state';

/**
 * How often we repeat a listing that does not say yet how a program ended, and the pause before each repetition, ms.
 * tmux before 3.3 never reports signals, so there a program ended by a signal stays unclear.
 */
const UNCLEAR_TRIES = 5;
const UNCLEAR_MS = 20;

export async function listPanes(state: TmuxState): Promise<NumberedListing> {
  const { link, home, options } = state;
  const number = ++state.listings;
  const [lines = []] = await link.run(['list-panes', '-a', '-F', PANE_FIELDS]);
  const listing = readListing(lines, home);
  if (listing.dropped > 0) options.log('warn', 'tmux rows dropped', { count: listing.dropped });
  return { ...listing, number };
}

/** Lists the panes until tmux knows how each ended program ended, or never will. */
export async function listPanesUntilClear(state: TmuxState): Promise<NumberedListing> {
  for (let tries = 0; ; tries++) {
    const listing = await listPanes(state);
    if (!listing.unclear || tries >= UNCLEAR_TRIES) return listing;
    if (tries > 0) await remindServer(state);
    await new Promise((resolve) => setTimeout(resolve, UNCLEAR_MS));
  }
}

/** tmux 3.3a sometimes leaves an ended program a zombie, its status unknown, until the next SIGCHLD: we send one. */
async function remindServer({ link, options }: TmuxState): Promise<void> {
  const [[pid = ''] = []] = await link.run(['display-message', '-p', '#{pid}']);
  try {
    process.kill(Number(pid), 'SIGCHLD');
  } catch (error) {
    options.log('info', 'tmux server not signalled', { reason: reasonOf(error) }); // if it exited, `down` follows
  }
}
