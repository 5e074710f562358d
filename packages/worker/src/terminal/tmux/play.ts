import { unknownKey } from '../keys';
import { PanesError, type Keystroke } from '../model';
import { inBackground, isRefused, paneOf, type TmuxState } from './state';
import { typingSteps, type TypingMark } from './typing';

/** Plays keystrokes in the window of a session. */
export async function playKeys(
  state: TmuxState,
  session: string,
  keys: readonly Keystroke[],
  mark?: TypingMark,
): Promise<void> {
  const { link } = state;
  const { pane, pid } = await paneOf(state, session);
  const unknown = unknownKey(keys);
  if (unknown !== null) throw new PanesError('refused', `unknown key: ${unknown}`);
  if (keys.length > 0) await readyForKeys(state, pane, pid);
  for (const step of typingSteps(pane, `ccbot-${session}`, keys, mark)) {
    if (step.kind === 'pause') {
      await new Promise((resolve) => setTimeout(resolve, step.ms));
      continue;
    }
    try {
      await link.run(...step.commands);
    } catch (error) {
      for (const buffer of step.buffers) inBackground(state, () => link.run(['delete-buffer', '-b', buffer]));
      throw error;
    }
  }
}

/** Rejects unless the pane still runs the program `pid`, and has it take the next keys. */
async function readyForKeys(state: TmuxState, pane: string, pid: number): Promise<void> {
  const { link } = state;
  const [[answer = ''] = []] = await link.run([
    'display-message',
    '-p',
    '-t',
    pane,
    '#{pane_dead} #{pane_in_mode} #{pane_pid}',
  ]);
  const [dead, mode, current] = answer.split(' ');
  if (dead === '1') throw new PanesError('refused', 'the program has ended');
  // Perhaps a shell, which would run what is typed.
  if (current !== String(pid)) throw new PanesError('refused', 'another program was started in its window');
  if (mode !== '0') await leaveMode(state, pane);
}

/** Leaves a mode that would take the keys: somebody at the terminal scrolled back, or is choosing from a list. */
async function leaveMode({ link }: TmuxState, pane: string): Promise<void> {
  try {
    await link.run(['copy-mode', '-q', '-t', pane]);
  } catch (error) {
    if (!isRefused(error)) throw error;
    await link.run(['send-keys', '-t', pane, '-X', 'cancel']); // an older tmux, without -q
  }
}
