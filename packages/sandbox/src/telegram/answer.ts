import type { ServerResponse } from 'node:http';
import { ApiError } from './model';

export function sendResult(res: ServerResponse, result: unknown): void {
  write(res, 200, { ok: true, result });
}

/** Answers with an error. Anything but an {@link ApiError} is a defect of the sandbox and becomes a 500. */
export function sendError(res: ServerResponse, error: unknown): void {
  const failed =
    error instanceof ApiError ? error : new ApiError(500, `Internal Server Error: ${String(error)}`);
  write(res, failed.status, {
    ok: false,
    error_code: failed.status,
    description: failed.message,
    ...(failed.parameters === undefined ? {} : { parameters: failed.parameters }),
  });
}

function write(res: ServerResponse, status: number, body: unknown): void {
  if (res.headersSent || res.destroyed) return;
  res.writeHead(status, { 'content-type': 'application/json' });
  res.end(JSON.stringify(body));
}
