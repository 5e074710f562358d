import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repositoryFiles, root } from '../../repo/files';

/** Copies the files that a clone would contain, nothing installed or built. */
export function copyRepository(path: string, isWanted: (file: string) => boolean = () => true): void {
  for (const file of repositoryFiles().filter(isWanted)) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    cpSync(join(root, file), join(path, file));
  }
}

/** Creates a repository with one commit of the files that a clone would contain. */
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

/** Gives a clone the dependencies of this one, instead of `npm ci` over the network: hard links if possible, else copies. */
export function lendDependencies(clone: string): void {
  const from = join(root, 'node_modules');
  const to = join(clone, 'node_modules');
  if (spawnSync('cp', ['-al', `${from}/.`, to], { stdio: 'ignore' }).status === 0) return;
  const { status, stderr } = spawnSync('cp', ['-a', `${from}/.`, to], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`cannot copy the dependencies: ${stderr}`);
}
