/** Who may use the bot, and the Bot API server that gets its token. */
export interface Access {
  /** Ids of users. */
  readonly users: readonly number[];
  readonly apiRoot: string;
}

/**
 * What the last start remembered. `none`: there was no start before. `lost`: there was one, but what it remembered cannot
 * be read.
 */
export type RememberedAccess = Access | 'none' | 'lost';

/** What users must be told, and who: those who were allowed before, because whoever changed the settings chose the others. */
export type AccessNotice = { readonly to: readonly number[] } & (
  | { readonly kind: 'users'; readonly added: readonly number[]; readonly removed: readonly number[] }
  | { readonly kind: 'server'; readonly before: string; readonly now: string }
  | { readonly kind: 'lost'; readonly users: readonly number[]; readonly apiRoot: string }
);

/** Decides what changed between the last start and this one. */
export function decideAccessNotices(before: RememberedAccess, now: Access): AccessNotice[] {
  if (before === 'none') return [];
  if (before === 'lost') return [{ kind: 'lost', to: now.users, users: now.users, apiRoot: now.apiRoot }];
  const to = before.users;
  const added = now.users.filter((user) => !before.users.includes(user));
  const removed = before.users.filter((user) => !now.users.includes(user));
  const notices: AccessNotice[] = [];
  if (added.length > 0 || removed.length > 0) notices.push({ kind: 'users', to, added, removed });
  if (serverOf(before.apiRoot) !== serverOf(now.apiRoot))
    notices.push({ kind: 'server', to, before: serverOf(before.apiRoot), now: serverOf(now.apiRoot) });
  return notices;
}

/** A server's address as it is compared and shown, without a password. */
export function serverOf(apiRoot: string): string {
  try {
    const { protocol, host, pathname } = new URL(apiRoot);
    return `${protocol}//${host}${pathname.replace(/(?<!\/)\/+$/, '')}`;
  } catch {
    return apiRoot;
  }
}
