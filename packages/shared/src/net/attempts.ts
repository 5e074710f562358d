import { getDefaultAutoSelectFamilyAttemptTimeout, setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';

/**
 * How long one address of a host may take to accept a connection, ms. Node.js gives up after 250 ms, so a link with a
 * round trip of 400 ms never connects to a host with several addresses. Systems repeat an unanswered packet after 1 s.
 */
export const ATTEMPT_MS = 3_000;

/** Lets slow links connect. For every program that talks to Telegram, before its first connection. */
export function allowSlowLinks(): void {
  setDefaultAutoSelectFamilyAttemptTimeout(Math.max(ATTEMPT_MS, getDefaultAutoSelectFamilyAttemptTimeout()));
}
