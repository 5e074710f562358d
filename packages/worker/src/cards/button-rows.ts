import type { Button } from './view';

/** Buttons in rows of at most `width`. */
export function inRows(buttons: readonly Button[], width: number): Button[][] {
  return Array.from({ length: Math.ceil(buttons.length / width) }, (_, i) =>
    buttons.slice(i * width, (i + 1) * width),
  );
}
