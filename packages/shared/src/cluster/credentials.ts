import { closeSync, fstatSync } from 'node:fs';
import { fault, FaultError } from '../faults/fault';
import { openForeignSync, readOpenedSync } from '../files/foreign-file-sync';
import { whyUnread } from '../files/why-unread';
import { octal, ownUid } from '../ownership/directory';

/** How a machine proves who it is to the cluster. */
export type Credentials =
  | { kind: 'none' }
  /** A user's JWT with its seed, from a file that `nsc` wrote. */
  | { kind: 'creds'; path: string; jwt: string; seed: string }
  | { kind: 'nkey'; path: string; seed: string }
  | { kind: 'password'; user: string; password: string };

/** The seed of a user's nkey. */
const SEED = /^SU[A-Z2-7]{56}$/;

/** The two parts of a `.creds` file. The number of dashes differs between the tools that write it. */
const CREDS = {
  jwt: /-{3,}BEGIN NATS USER JWT-{3,}\s+([\w.-]*\w)\s+-{3,}END NATS USER JWT-{3,}/,
  seed: /-{3,}BEGIN USER NKEY SEED-{3,}\s+(SU[A-Z2-7]{56})\s+-{3,}END USER NKEY SEED-{3,}/,
};

/**
 * Reads the file with the credentials, whose kind its content tells. Throws a {@link FaultError} if it cannot be used:
 * it is missing, others can read or change it, or it is none of the three kinds. No text of the file is in a fault.
 */
export function readCredentials(path: string): Credentials {
  if (path === '') return { kind: 'none' };
  const text = readPrivate(path);
  if (text.includes('BEGIN NATS USER JWT')) return credsIn(text, path);
  const line = text.trim();
  if (line === '') throw unusable(path, 'it is empty');
  if (SEED.test(line)) return { kind: 'nkey', path, seed: line };
  const [, user, password] = /^([^\s:]+):(\S+)$/.exec(line) ?? [];
  if (user !== undefined && password !== undefined) return { kind: 'password', user, password };
  throw unusable(path, 'it is neither a .creds file, nor the seed of an nkey, nor one line `user:password`');
}

function credsIn(text: string, path: string): Credentials {
  const jwt = CREDS.jwt.exec(text)?.[1];
  if (jwt === undefined) throw unusable(path, 'the JWT of the user in it is incomplete');
  const seed = CREDS.seed.exec(text)?.[1];
  if (seed === undefined) throw unusable(path, 'the seed of the user is missing in it, or incomplete');
  return { kind: 'creds', path, jwt, seed };
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

/** The fault of a file of credentials that cannot be used. */
export function unusable(path: string, reason: string): FaultError {
  return new FaultError(fault('CLUSTER_CREDS_BAD', { path, reason }));
}
