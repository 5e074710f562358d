import { randomBytes } from 'node:crypto';
import { normalRemote } from '../git/remote';
import type { Git, Inspected, Remote, Repository } from '../git/repository';
import type { Plan } from './pending';

/** What the user must know, or confirm, before a session moves. */
export type PlanNote =
  | { code: 'push'; branch: string; commit: string; commits: number | null; remote: string; url: string }
  /** The other machine has the clone, and yet no branch is carried. */
  | { code: 'no-branch' }
  | { code: 'diverged'; branch: string; url: string }
  | { code: 'remote-silent'; url: string; reason: string }
  | { code: 'unsafe'; keys: readonly string[] }
  | { code: 'unreadable'; reason: string }
  | { code: 'changes'; files: readonly string[] };

export interface Planned {
  plan: Plan;
  /** Empty: there is nothing to ask. */
  notes: readonly PlanNote[];
}

/** Decides what of a session's work can go along. `common`: the remote that the other machine's clone has too; null: none. */
export async function planMove(git: Git, found: Inspected, common: string | null): Promise<Planned> {
  const nonce = randomBytes(12).toString('base64url');
  const without = (...notes: PlanNote[]): Planned => ({ plan: { nonce, branch: null, changes: [] }, notes });
  switch (found.is) {
    case 'none':
      return without();
    case 'unsafe':
      return without({ code: 'unsafe', keys: found.keys });
    case 'unreadable':
      return without({ code: 'unreadable', reason: found.reason });
    case 'repository':
      break;
  }
  const { repository } = found;
  const { changes } = repository;
  const remote = repository.remotes.find(({ url }) => normalRemote(url) === common);
  const { branch, notes } =
    remote === undefined ? { branch: null, notes: [] } : await planBranch(git, repository, remote);
  const left: PlanNote[] = changes.length === 0 ? [] : [{ code: 'changes', files: changes }];
  return { plan: { nonce, branch, changes: [...changes] }, notes: [...notes, ...left] };
}

async function planBranch(
  git: Git,
  { root, branch: name, head }: Repository,
  { name: remote, url, pushUrl }: Remote,
): Promise<{ branch: Plan['branch']; notes: PlanNote[] }> {
  if (name === null || head === null) return { branch: null, notes: [{ code: 'no-branch' }] };
  const tip = await git.tip(root, url, name);
  if (!tip.ok) return { branch: null, notes: [{ code: 'remote-silent', url, reason: tip.reason }] };
  const branch = { root, name, commit: head };
  if (tip.commit === head) return { branch: { ...branch, pushUrl: null }, notes: [] };
  // What we do not have cannot be an ancestor: somebody else pushed.
  if (tip.commit !== null && !(await git.contains(root, head, tip.commit)))
    return { branch: null, notes: [{ code: 'diverged', branch: name, url }] };
  const commits = await git.ahead(root, tip.commit, head);
  const note: PlanNote = { code: 'push', branch: name, commit: head, commits, remote, url: pushUrl };
  return { branch: { ...branch, pushUrl }, notes: [note] };
}

/** Whether a plan does nothing but what was confirmed. What was pushed meanwhile, perhaps by us, need not be pushed again. */
export function isCovered(fresh: Plan, confirmed: Plan): boolean {
  const { branch } = fresh;
  const isPushed = branch !== null && branch.pushUrl === null && confirmed.branch !== null;
  const found = isPushed ? { ...branch, pushUrl: confirmed.branch?.pushUrl ?? null } : branch;
  return JSON.stringify([found, fresh.changes]) === JSON.stringify([confirmed.branch, confirmed.changes]);
}
