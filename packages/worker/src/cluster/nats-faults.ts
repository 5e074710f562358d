import { JetStreamApiError } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';
import { fault, FaultError, reasonOf } from '@ccbot/shared/faults/fault';

/** A server that cannot hold a cluster. */
export function unfit(url: string, reason: string): FaultError {
  return new FaultError(fault('CLUSTER_UNFIT', { url, reason }));
}

/** Why a connection could not be opened or set up. */
export function connectFault(url: string, error: unknown): FaultError {
  if (error instanceof FaultError) return error;
  const reason = reasonOf(error);
  if (error instanceof errors.AuthorizationError || error instanceof errors.UserAuthenticationExpiredError)
    return new FaultError(fault('CLUSTER_REFUSED', { url, reason }));
  if (error instanceof errors.PermissionViolationError)
    return new FaultError(fault('CLUSTER_REFUSED', { url, reason }));
  // The library does not export the class of the first.
  const isUnfit =
    (error as Partial<Error> | null)?.name === 'JetStreamNotEnabled' || error instanceof JetStreamApiError;
  if (isUnfit || /is only supported on servers/.test(reason)) return unfit(url, reason);
  return new FaultError(fault('CLUSTER_UNREACHABLE', { url, reason }));
}
