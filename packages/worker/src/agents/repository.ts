import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * The directories in which a project may configure an agent: `cwd` and everything above it, nearest first. The user's
 * home is no project.
 */
export function projectDirectories(home: string, cwd: string): string[] {
  const found: string[] = [];
  for (let dir = cwd; dir !== home; dir = dirname(dir)) {
    found.push(dir);
    if (dirname(dir) === dir) break;
  }
  return found;
}

/**
 * The repository that `dir`, one of the `projects`, belongs to, or `dir` itself if it is in none. Links of a project may
 * lead anywhere in its repository, and not out of it.
 */
export async function repositoryOf(dir: string, projects: readonly string[]): Promise<string> {
  for (const candidate of projects.slice(projects.indexOf(dir))) {
    if ((await lstat(join(candidate, '.git')).catch(() => null)) !== null) return candidate; // null: not its top
  }
  return dir;
}
