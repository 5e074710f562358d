import type { ServerResponse } from 'node:http';
import { ApiError, bad, type Fault } from './model';
import { conflict } from './polls';

/** Default delay of a `slow` call, ms. */
const SLOW_MS = 1_000;

/** Applies a fault; true when it has ended the call, false when the call should be carried out. `execute` carries it out. */
export async function applyFault(fault: Fault, res: ServerResponse, execute: () => void): Promise<boolean> {
  switch (fault.kind) {
    case 'hang':
      return true;
    case 'reset':
      res.socket?.resetAndDestroy();
      return true;
    case 'reset-after':
      try {
        execute();
      } finally {
        res.socket?.resetAndDestroy();
      }
      return true;
    case 'cut':
      cutShort(res);
      return false;
    case '5xx':
      throw new ApiError(502, 'Bad Gateway');
    case '401':
      throw new ApiError(401, 'Unauthorized');
    case '403':
      throw new ApiError(403, 'Forbidden: bot was blocked by the user');
    case '409':
      throw conflict();
    case 'refused': {
      const { status = 400, description = '' } = fault;
      throw status === 400 ? bad(description) : new ApiError(status, description);
    }
    case '429':
      throw tooMany(fault.retryAfter ?? 1);
    case 'slow':
      await new Promise<void>((resolve) => {
        const timer = fault.until === undefined ? setTimeout(resolve, fault.delayMs ?? SLOW_MS) : undefined;
        void fault.until?.then(resolve);
        res.once('close', () => {
          clearTimeout(timer);
          resolve();
        });
      });
      return false;
  }
}

/** Sends half of the body, then breaks the connection. */
function cutShort(res: ServerResponse): void {
  const end = res.end.bind(res);
  res.end = ((chunk?: unknown) => {
    if (!Buffer.isBuffer(chunk)) return end(chunk as never);
    res.write(chunk.subarray(0, chunk.length / 2), () => res.socket?.destroy());
    return res;
  }) as typeof res.end;
}

/** `retryAfter` in s. */
export function tooMany(retryAfter: number): ApiError {
  return new ApiError(429, `Too Many Requests: retry after ${retryAfter}`, { retry_after: retryAfter });
}
