import { isIP } from 'node:net';
import { unbracketed } from './unbracketed';

/** Whether a host of a URL is this machine alone: `localhost`, 127.0.0.0/8, or ::1 with or without brackets. */
export function isLoopback(host: string): boolean {
  const name = unbracketed(host.toLowerCase());
  if (name === 'localhost' || name === '::1') return true;
  return isIP(name) === 4 && name.startsWith('127.');
}
