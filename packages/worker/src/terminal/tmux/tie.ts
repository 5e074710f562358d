import { ADOPTED_OPTION, NOTE_OPTION, PANE_OPTION } from './listing';
import { isRefused, type TmuxState } from './state';

/** Takes the marks of a session off a pane. Does nothing if the pane is gone. */
export async function untie({ link }: Pick<TmuxState, 'link'>, pane: string): Promise<void> {
  const options = [PANE_OPTION, NOTE_OPTION, ADOPTED_OPTION];
  try {
    await link.run(...options.map((key) => ['set-option', '-p', '-u', '-t', pane, key]));
  } catch (error) {
    if (!isRefused(error)) throw error;
  }
}
