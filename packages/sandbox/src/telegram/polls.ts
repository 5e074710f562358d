import type { ServerResponse } from 'node:http';
import { ApiError, type PollRecord } from './model';
import type { Params } from './parameters';
import { sendError, sendResult } from './answer';
import type { SandboxState } from './state';

/** The longest time for which Telegram holds a poll, s. */
const HOLD_MAX_S = 50;

/** The long poll. Only one can be open: a new poll ends the previous one. */
export interface Polls {
  /** Answers as soon as there are updates, or at the poll's timeout. */
  poll(params: Params, res: ServerResponse): void;
  /** Applies what a poll confirms, without answering it. */
  confirm(params: Params): void;
  /** Breaks the connection of the open poll, but holds the poll this long, ms, and answers others with 409 meanwhile. */
  breakOpen(heldMs: number): void;
}

interface OpenPoll {
  break(): void;
  end(how: NonNullable<PollRecord['how']>, error?: ApiError): void;
}

/** The 409 that Telegram sends when another poll starts. */
export function conflict(): ApiError {
  return new ApiError(
    409,
    'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
  );
}

export function createPolls(state: SandboxState): Polls {
  let open: OpenPoll | undefined;
  /** A broken poll is held until then; monotonic, ms. */
  let heldUntil = 0;

  function confirm(params: Params): void {
    const allowed = params['allowed_updates'];
    if (Array.isArray(allowed)) state.allowed = allowed.map(String);
    const offset = Number(params['offset'] ?? 0);
    // A negative offset counts from the end of the queue, and drops everything before it.
    const from = offset < 0 ? (state.updates.at(offset)?.update_id ?? 0) : offset;
    state.forgetUpdates(from);
  }

  return {
    confirm,
    breakOpen(heldMs) {
      heldUntil = performance.now() + heldMs;
      open?.break();
    },
    poll(params, res) {
      if (performance.now() < heldUntil) throw conflict();
      if (state.webhook !== '') {
        throw new ApiError(
          409,
          "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
        );
      }
      const record: PollRecord = { startedNs: process.hrtime.bigint() };
      state.polls.push(record);
      open?.end('conflict', conflict());
      confirm(params);
      const limit = Math.min(100, Math.max(1, Number(params['limit'] ?? 100)));
      const holdMs = Math.min(HOLD_MAX_S, Math.max(0, Number(params['timeout'] ?? 0))) * 1_000;

      const onChange = (): void => {
        if (state.updates.length > 0) current.end('answered');
        else if (state.webhook !== '')
          current.end('conflict', new ApiError(409, 'Conflict: terminated by setWebhook request'));
      };
      const timer = setTimeout(() => current.end('answered'), holdMs);
      const current: OpenPoll = {
        break: () => res.socket?.resetAndDestroy(),
        end(how, error) {
          if (record.endedNs !== undefined) return;
          record.endedNs = process.hrtime.bigint();
          record.how = how;
          clearTimeout(timer);
          state.changed.off('change', onChange);
          if (open === current) open = undefined;
          if (error !== undefined) sendError(res, error);
          else if (how === 'answered') sendResult(res, state.updates.slice(0, limit));
          state.touch();
        },
      };
      open = current;
      res.on('close', () => current.end('closed'));
      state.changed.on('change', onChange);
      if (holdMs === 0 || state.updates.length > 0) current.end('answered');
      else state.touch();
    },
  };
}
