import { keyBytes, unknownKey } from '../keys';
import { PanesError, type Keystroke, type MarkName } from '../model';
import type { Screen } from './screen';
import type { PtyWindow } from './state';

/** Plays keystrokes in a window. */
export async function playKeys(
  window: PtyWindow,
  keys: readonly Keystroke[],
  mark?: string,
  as: MarkName = 'typed',
): Promise<void> {
  if (window.pane.dead) throw new PanesError('refused', 'the program has ended');
  const unknown = unknownKey(keys);
  if (unknown !== null) throw new PanesError('refused', `unknown key: ${unknown}`);
  await window.screen.settled(); // from then on it knows whether the program wants pastes in brackets
  if (mark !== undefined) window.pane[as] = mark;
  for (const key of keys) {
    if (key.kind === 'pause') await new Promise((resolve) => setTimeout(resolve, key.ms));
    else await window.writer.write(bytesOf(key, window.screen));
  }
}

function bytesOf(key: Exclude<Keystroke, { kind: 'pause' }>, screen: Screen): string {
  switch (key.kind) {
    case 'text':
      return key.text;
    case 'paste':
      if (key.text === '' || !screen.bracketedPaste()) return key.text;
      return `\u001b[200~${key.text}\u001b[201~`;
    case 'key':
      return keyBytes(key.key, screen.applicationCursor()) ?? '';
  }
}
