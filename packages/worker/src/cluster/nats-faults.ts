import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';
import { fault, FaultError, reasonOf } from '@ccbot/shared/faults/fault';
import type { FaultCode } from '@ccbot/shared/faults/table';
import { classifyError, type TroubleCode } from '@ccbot/shared/net/classify';
import { symptomOf } from '@ccbot/shared/net/symptom';

/** A server that cannot hold a cluster. */
export function unfit(url: string, reason: string): FaultError {
  return new FaultError(fault('CLUSTER_UNFIT', { url, reason }));
}

/** A server whose disk is full, or that has lost its files. */
export function storeFailed(url: string, reason: string): FaultError {
  return new FaultError(fault('CLUSTER_STORE_FAILED', { url, reason }));
}

type TlsFault = Extract<FaultCode, `CLUSTER_TLS_${string}`>;

const TLS_FAULTS: Partial<Record<TroubleCode, TlsFault>> = {
  TLS_DATE: 'CLUSTER_TLS_DATE',
  TLS_AUTHORITY: 'CLUSTER_TLS_AUTHORITY',
  TLS_NAME: 'CLUSTER_TLS_NAME',
  TLS_FAILED: 'CLUSTER_TLS_FAILED',
};

/** Whether the server answered with this code. */
export function isAnswer(error: unknown, code: keyof typeof JetStreamApiCodes): boolean {
  return error instanceof JetStreamApiError && error.code === JetStreamApiCodes[code];
}

/**
 * What a bucket or the stream rejects with. A server that answers, and not with what was asked for, does not become better
 * by another connection.
 */
export function requestError(url: string, error: unknown): unknown {
  const isStore = error instanceof JetStreamApiError && !isAnswer(error, 'StreamNotFound');
  return isStore ? storeFailed(url, error.message) : error;
}

/** Why a connection could not be opened or set up. */
export function connectFault(url: string, error: unknown): FaultError {
  if (error instanceof FaultError) return error;
  const reason = reasonOf(error);
  if (isRefusal(error)) return new FaultError(fault('CLUSTER_REFUSED', { url, reason }));
  // The library does not export the class of the first.
  const isUnfit =
    (error as Partial<Error> | null)?.name === 'JetStreamNotEnabled' || error instanceof JetStreamApiError;
  if (isUnfit || /is only supported on servers/.test(reason)) return unfit(url, reason);
  // The library gives this no code.
  if (reason.includes("does not support 'tls'"))
    return new FaultError(fault('CLUSTER_TLS_FAILED', { url, reason: 'the server has TLS turned off' }));
  const tls = TLS_FAULTS[classifyError({ symptom: symptomOf(error) }).code];
  return new FaultError(fault(tls ?? 'CLUSTER_UNREACHABLE', { url, reason }));
}

/** A request that the server does not permit fails with that as its cause. */
function isRefusal(error: unknown): boolean {
  return [error, (error as Partial<Error> | null)?.cause].some(
    (one) =>
      one instanceof errors.AuthorizationError ||
      one instanceof errors.UserAuthenticationExpiredError ||
      one instanceof errors.PermissionViolationError,
  );
}
