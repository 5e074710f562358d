import { piecesOf } from './body';
import type { AgentRequest } from './model';
import { wholeText } from './whole-text';

/** The most that a message shows of a request, UTF-16 units. A longer one is sent as a file. */
export const BODY_MAX = 2_800;

/** What names and the words around them take in a message, at most, UTF-16 units. */
const PIECE_FRAME = 70;

/** A message has 100 entities; a piece has two. */
const MOST_PIECES = 40;

/**
 * The most that is shown of a request, UTF-16 units, and the deepest nesting of lists and objects in it. Nobody reads more
 * on a phone. The file of it is smaller than 4 MB, and Telegram takes 50.
 */
export const WHOLE_MAX = 256 * 1024;
const DEPTH_MAX = 64;

/** How a request is shown, decided once when it arrives. */
export type Measured = Pick<AgentRequest, 'fit' | 'secrets'>;

/** `hasSecrets`: whether something in a text would be masked. */
export function measure(
  request: Pick<AgentRequest, 'asked' | 'diff'>,
  hasSecrets: (text: string) => boolean,
): Measured {
  if (isTooLarge(request.asked)) return { fit: 'terminal' };
  const pieces = piecesOf(request);
  const length = pieces.reduce((sum, { text }) => sum + text.length + PIECE_FRAME, 0);
  const fitsMessage = length <= BODY_MAX && pieces.length <= MOST_PIECES;
  return {
    ...(fitsMessage ? {} : { fit: 'file' as const }),
    ...(hasSecrets(wholeText(request.asked.tool, pieces)) ? { secrets: true as const } : {}),
  };
}

/** Whether a request is larger than what a chat can show. Looks at no more than that much of it. */
export function isTooLarge({ tool, what }: { readonly tool?: unknown; readonly what?: unknown }): boolean {
  const queue: { value: unknown; depth: number }[] = [{ value: [tool, what], depth: 0 }];
  let size = 0;
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { value, depth } = next;
    if (depth > DEPTH_MAX) return true;
    size += sizeOf(value, depth);
    if (size > WHOLE_MAX) return true;
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, item] of Object.entries(value)) {
      size += key.length + 2 * depth;
      if (size > WHOLE_MAX) return true;
      queue.push({ value: item, depth: depth + 1 });
    }
  }
  return false;
}

function sizeOf(value: unknown, depth: number): number {
  return typeof value === 'string' ? value.length : 4 + 2 * depth;
}
