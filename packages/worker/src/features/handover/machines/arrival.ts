/** What has become of the branch that came along. */
export type BranchHere = { name: string; commit: string } & (
  | { is: 'here' }
  /** Its commits are here under `at`; the directory is on another branch (null: none), or has changes of its own. */
  | { is: 'fetched'; at: string; on: string | null; changes: number }
  | { is: 'missing'; reason: string }
);

/** Where the agent finds itself, before the document of the session. */
export function arrivalText({ host, cwd }: { host: string; cwd: string }, branch: BranchHere | null): string {
  const here = `This session continues on the machine ${host}, in ${cwd}.`;
  return branch === null ? here : `${here} ${branchText(branch)}`;
}

function branchText(branch: BranchHere): string {
  const { name, commit } = branch;
  const what = `The branch ${name} of the other machine (commit ${commit.slice(0, 12)})`;
  switch (branch.is) {
    case 'here':
      return `${what} is checked out here.`;
    case 'fetched':
      return `${what} was fetched as ${branch.at}. Nothing in this directory was changed: it is on ${branch.on ?? 'no branch'}, with ${branch.changes} uncommitted changes. Ask me before you switch to ${name}.`;
    case 'missing':
      return `${what} could not be fetched here: ${branch.reason}`;
  }
}
