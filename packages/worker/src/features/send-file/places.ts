import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { World } from '../../app/model';
import type { Places } from './take';

/** Where files may come from. */
export interface FilePlaces {
  /** For a session in this directory. */
  of(cwd: string): Places;
}

export function createPlaces({ config, paths, home }: Pick<World, 'config' | 'paths' | 'home'>): FilePlaces {
  return {
    of(cwd) {
      const roots = [cwd, tmpdir(), '/tmp', ...config.CCBOT_SEND_ROOTS];
      return {
        roots: [...new Set(roots.flatMap((path) => resolved(path, home)))],
        never: resolved(paths.dir, home),
      };
    },
  };
}

/** The path with links resolved; none if it does not exist, since nothing can come from there. */
function resolved(path: string, home: string): string[] {
  try {
    return [realpathSync(path.replace(/^~(?=\/|$)/, home))];
  } catch {
    return [];
  }
}
