import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repositoryFiles, root } from '../../repo/files';

/** Copies what a clone holds, or the part of it that is wanted; nothing installed, nothing built. */
export function copyRepository(path: string, isWanted: (file: string) => boolean = () => true): void {
  for (const file of repositoryFiles().filter(isWanted)) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    cpSync(join(root, file), join(path, file));
  }
}

/** Makes a repository with one commit that holds what a clone of this one holds. */
export function makeOrigin(path: string): void {
  copyRepository(path);
  const git = (...args: string[]): void => {
    const author = ['-c', 'user.name=A', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false'];
    const { status, stderr } = spawnSync('git', ['-C', path, ...author, ...args], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  };
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'All of it');
}

/** Gives a clone the dependencies of this one, as `npm ci` would with a network: linked where the file system can, else copied. */
export function lendDependencies(clone: string): void {
  const from = join(root, 'node_modules');
  const to = join(clone, 'node_modules');
  if (spawnSync('cp', ['-al', `${from}/.`, to], { stdio: 'ignore' }).status === 0) return;
  const { status, stderr } = spawnSync('cp', ['-a', `${from}/.`, to], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the dependencies cannot be copied: ${stderr}`);
}
