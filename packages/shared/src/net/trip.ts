import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

/** How far a request has come. Redirects make it several requests; the last one answers. */
export interface Trip {
  /** Something of a request may have left this machine: it had a connection, and TLS was complete. */
  isSent: boolean;
  /** The error of a request. Libraries wrap it, and lose what it says. */
  error?: unknown;
  /** The last answer, whether or not its body came. */
  answer?: { status: number; contentType: string; date: string };
}

/** Notes in `trip` how far the request comes. Call it before the request gets its connection. */
export function followRequest(request: ClientRequest, trip: Trip): void {
  request.once('socket', (socket) => {
    if (request.reusedSocket || isOpen(socket)) trip.isSent = true;
    else socket.once(isEncrypted(socket) ? 'secureConnect' : 'connect', () => (trip.isSent = true));
  });
  request.once('response', ({ statusCode, headers }: IncomingMessage) => {
    trip.answer = {
      status: statusCode ?? 0,
      contentType: (headers['content-type'] ?? '').split(';')[0] ?? '',
      date: headers.date ?? '',
    };
  });
  request.once('error', (error) => (trip.error = error));
}

function isEncrypted(socket: Socket): socket is TLSSocket {
  return 'encrypted' in socket && socket.encrypted === true;
}

/** Node.js sets `secureConnecting`, but does not document it: without it, the connection counts as used. */
function isOpen(socket: Socket): boolean {
  if (!isEncrypted(socket)) return !socket.connecting;
  return (socket as TLSSocket & { secureConnecting?: boolean }).secureConnecting !== true;
}
