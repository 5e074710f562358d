import { closeSync, fstatSync } from 'node:fs';
import { fault, FaultError } from '../faults/fault';
import { openForeignSync, readOpenedSync } from '../files/foreign-file-sync';
import { whyUnread } from '../files/why-unread';
import { octal, ownUid } from '../ownership/directory';

/** How a machine proves who it is to the cluster. */
export type Credentials =
  | { kind: 'none' }
  /** A user's JWT with its seed, as `nsc` writes it. */
  | { kind: 'creds'; text: string }
  | { kind: 'nkey'; seed: string }
  | { kind: 'password'; user: string; password: string };

/** The seed of a user's nkey. */
const SEED = /^SU[A-Z2-7]{56}$/;

/**
 * Reads the file with the credentials, whose kind its content tells. Throws a {@link FaultError} if it cannot be used:
 * it is missing, others can read or change it, or it is none of the three kinds. No text of the file is in a fault.
 */
export function readCredentials(path: string): Credentials {
  if (path === '') return { kind: 'none' };
  const text = readPrivate(path);
  if (text.includes('-----BEGIN NATS USER JWT-----')) return { kind: 'creds', text };
  const line = text.trim();
  if (SEED.test(line)) return { kind: 'nkey', seed: line };
  const [, user, password] = /^([^\s:]+):(\S+)$/.exec(line) ?? [];
  if (user !== undefined && password !== undefined) return { kind: 'password', user, password };
  throw unusable(path, 'it is neither a .creds file, nor the seed of an nkey, nor one line `user:password`');
}

function readPrivate(path: string): string {
  let file: number;
  try {
    file = openForeignSync(path);
  } catch (error) {
    throw unusable(path, whyUnread(error));
  }
  try {
    const { mode, uid } = fstatSync(file);
    if ((mode & 0o077) !== 0)
      throw new FaultError(fault('CLUSTER_CREDS_EXPOSED', { path, mode: octal(mode) }));
    if (uid !== ownUid() && uid !== 0) throw unusable(path, `it belongs to user ${uid}`);
    return readOpenedSync(file, path, 'token');
  } catch (error) {
    throw error instanceof FaultError ? error : unusable(path, whyUnread(error));
  } finally {
    closeSync(file);
  }
}

function unusable(path: string, reason: string): FaultError {
  return new FaultError(fault('CLUSTER_CREDS_BAD', { path, reason }));
}
