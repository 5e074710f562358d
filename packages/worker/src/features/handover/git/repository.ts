import { normalRemote } from './remote';
import type { Ran, RunGit } from './run';

export interface Remote {
  name: string;
  /** As in its settings. */
  url: string;
  /** Where a push goes. */
  pushUrl: string;
}

/** A clone as it is at one moment. */
export interface Repository {
  /** Its top directory. */
  root: string;
  /** The directory that was asked about, below `root`; empty: `root` itself. */
  below: string;
  /** Null: no branch is checked out. */
  branch: string | null;
  /** The commit that is checked out; null: there is none yet. */
  head: string | null;
  remotes: readonly Remote[];
  /** What is not committed, as paths below `root`. */
  changes: readonly string[];
}

/** What a directory is to git. */
export type Inspected =
  | { is: 'none' }
  /** Its settings name programs that git would run. `keys`: those settings. */
  | { is: 'unsafe'; keys: readonly string[] }
  | { is: 'unreadable'; reason: string }
  | { is: 'repository'; repository: Repository };

export type GitDone = { ok: true } | { ok: false; reason: string };

/** The clones of this machine. Nothing here changes a file that is not committed, or moves a branch backwards. */
export interface Git {
  inspect(dir: string): Promise<Inspected>;
  /** The top directory of the clone that a directory is in, and its remotes; null: it is in none. */
  clone(dir: string): Promise<{ root: string; remotes: readonly Remote[] } | null>;
  /** The commit of a branch at a remote; null: it is not there. */
  tip(
    root: string,
    url: string,
    branch: string,
  ): Promise<{ ok: true; commit: string | null } | { ok: false; reason: string }>;
  /** How many commits `head` has that `base` has not; null: unknown. */
  ahead(root: string, base: string | null, head: string): Promise<number | null>;
  /** Whether `commit` is `head`, or one of those before it. */
  contains(root: string, head: string, commit: string): Promise<boolean>;
  /** Pushes one commit to one branch, never with force. */
  push(root: string, url: string, commit: string, branch: string): Promise<GitDone>;
  /** Fetches one branch, and makes sure that a commit is in it. */
  fetch(root: string, remote: Remote, branch: string, commit: string): Promise<GitDone>;
  /** Moves the branch that is checked out forward to a commit, together with the files. */
  forward(root: string, commit: string): Promise<GitDone>;
}

/**
 * Settings of a repository with which git runs programs that the repository names, or talks to another server than the one
 * that the user has confirmed.
 */
const UNSAFE =
  /^(?:core\.(?:sshcommand|gitproxy|askpass|alternaterefscommand)|credential\..*|filter\..*\.(?:clean|smudge|process)|url\..*|remote\..*\.(?:uploadpack|receivepack|vcs|proxy|promisor)|diff\..*\.(?:command|textconv)|merge\..*\.driver|protocol\..*|http\..*)$/;

/** A longer address of a remote is none, characters. */
const ADDRESS_MAX = 2_000;

export function createGit(run: RunGit): Git {
  return {
    inspect: (dir) => inspect(run, dir),
    async clone(dir) {
      const { ok, stdout } = await run(dir, 'rev-parse', '--show-toplevel');
      const root = stdout.replace(/\n$/, '');
      return ok && root !== '' ? { root, remotes: await remotesOf(run, root) } : null;
    },
    async tip(root, url, branch) {
      const ran = await safely(
        run,
        root,
        'ls-remote',
        '--upload-pack=git-upload-pack',
        '--',
        url,
        `refs/heads/${branch}`,
      );
      if (!ran.ok) return { ok: false, reason: ran.reason };
      return { ok: true, commit: /^([0-9a-f]{40,64})\t/.exec(ran.stdout)?.[1] ?? null };
    },
    async ahead(root, base, head) {
      const range = base === null ? [head, '--not', '--remotes'] : [`${base}..${head}`];
      const { ok, stdout } = await run(root, 'rev-list', '--count', ...range, '--');
      return ok ? Number(stdout.trim()) : null;
    },
    contains: (root, head, commit) => contains(run, root, head, commit),
    async push(root, url, commit, branch) {
      const to = `${commit}:refs/heads/${branch}`;
      return doneOf(
        await safely(run, root, 'push', '--no-verify', '--receive-pack=git-receive-pack', '--', url, to),
      );
    },
    fetch: (root, remote, branch, commit) => fetch(run, root, remote, branch, commit),
    forward: async (root, commit) =>
      doneOf(await safely(run, root, 'merge', '--ff-only', '--no-verify', commit)),
  };
}

const doneOf = ({ ok, reason }: Ran): GitDone => (ok ? { ok } : { ok, reason });

/** Runs git only if the repository's settings are still harmless. */
async function safely(run: RunGit, root: string, ...args: readonly string[]): Promise<Ran> {
  const keys = await unsafeKeys(run, root);
  if (keys === null)
    return { ok: false, stdout: '', reason: 'the settings of the repository cannot be read' };
  if (keys.length > 0) return { ok: false, stdout: '', reason: `the repository sets ${keys.join(', ')}` };
  return run(root, ...args);
}

/** Null: they cannot be read. */
async function unsafeKeys(run: RunGit, root: string): Promise<readonly string[] | null> {
  const { ok, stdout } = await run(root, 'config', '--list', '--show-scope', '--name-only', '-z');
  if (!ok) return null;
  const fields = stdout.split('\0');
  const keys = fields.filter(
    (key, i) => i % 2 === 1 && /^(?:local|worktree)$/.test(fields[i - 1] ?? '') && UNSAFE.test(key),
  );
  return [...new Set(keys)];
}

async function inspect(run: RunGit, dir: string): Promise<Inspected> {
  const place = await run(dir, 'rev-parse', '--is-inside-work-tree', '--show-toplevel', '--show-prefix');
  if (!place.ok)
    return /not a git repository/.test(place.reason)
      ? { is: 'none' }
      : { is: 'unreadable', reason: place.reason };
  const [isInside, root = '', prefix = ''] = place.stdout.split('\n');
  if (isInside !== 'true') return { is: 'none' };
  const keys = await unsafeKeys(run, root);
  if (keys === null) return { is: 'unreadable', reason: 'its settings cannot be read' };
  if (keys.length > 0) return { is: 'unsafe', keys };
  const [branch, head, status, remotes] = await Promise.all([
    run(root, 'symbolic-ref', '-q', '--short', 'HEAD'),
    run(root, 'rev-parse', '-q', '--verify', 'HEAD^{commit}'),
    run(root, 'status', '--porcelain=v1', '-z', '--untracked-files=all', '--ignore-submodules=dirty'),
    remotesOf(run, root),
  ]);
  if (!status.ok) return { is: 'unreadable', reason: status.reason };
  return {
    is: 'repository',
    repository: {
      root,
      below: prefix.replace(/\/$/, ''),
      branch: branch.ok ? branch.stdout.trim() : null,
      head: head.ok ? head.stdout.trim() : null,
      remotes,
      changes: changedPaths(status.stdout),
    },
  };
}

/** The paths of `git status --porcelain -z`. A renamed file has its old path in a field of its own. */
export function changedPaths(status: string): string[] {
  const paths: string[] = [];
  const fields = status.split('\0');
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i] ?? '';
    if (field.length < 4) continue;
    paths.push(field.slice(3));
    if (/[RC]/.test(field.slice(0, 2))) i++;
  }
  return paths;
}

async function remotesOf(run: RunGit, root: string): Promise<Remote[]> {
  const { ok, stdout } = await run(root, 'config', '-z', '--get-regexp', '^remote\\..*\\.(url|pushurl)$');
  if (!ok) return [];
  const found = new Map<string, Remote>();
  for (const field of stdout.split('\0')) {
    const [, name = '', kind = '', url = ''] = /^remote\.(.*)\.(url|pushurl)\n(.*)$/s.exec(field) ?? [];
    if (name === '' || url === '' || url.length > ADDRESS_MAX) continue;
    const known = found.get(name) ?? { name, url: '', pushUrl: '' };
    if (kind === 'url' && known.url === '') found.set(name, { ...known, url });
    if (kind === 'pushurl' && known.pushUrl === '') found.set(name, { ...known, pushUrl: url });
  }
  return [...found.values()].flatMap((remote) =>
    remote.url === '' ? [] : [{ ...remote, pushUrl: remote.pushUrl === '' ? remote.url : remote.pushUrl }],
  );
}

async function contains(run: RunGit, root: string, head: string, commit: string): Promise<boolean> {
  return (await run(root, 'merge-base', '--is-ancestor', commit, head)).ok;
}

async function fetch(
  run: RunGit,
  root: string,
  { name, url }: Remote,
  branch: string,
  commit: string,
): Promise<GitDone> {
  const to = `+refs/heads/${branch}:refs/remotes/${name}/${branch}`;
  const options = ['--no-tags', '--no-recurse-submodules', '--upload-pack=git-upload-pack'];
  const fetched = await safely(run, root, 'fetch', ...options, '--', url, to);
  if (!fetched.ok) return doneOf(fetched);
  return (await contains(run, root, `refs/remotes/${name}/${branch}`, commit))
    ? { ok: true }
    : { ok: false, reason: `the branch does not have ${commit.slice(0, 12)} any more` };
}

/** The remote of a clone that is one of those that another clone has, by where it is. */
export function commonRemote(
  { remotes }: Pick<Repository, 'remotes'>,
  others: readonly string[],
): Remote | undefined {
  return remotes.find(({ url }) => others.includes(normalRemote(url)));
}
