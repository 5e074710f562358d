import { engines } from '../package.json';

/** The oldest supported Node.js, such as `20.18.1`. */
export const NODE_OLDEST = engines.node.replace('>=', '');

const partsOf = (version: string): number[] => (version.match(/\d+/g) ?? []).slice(0, 3).map(Number);

/** Whether a version of Node.js, as in `process.version`, is supported. */
export function isNodeSupported(version: string): boolean {
  const parts = partsOf(version);
  const oldest = partsOf(NODE_OLDEST);
  const differs = oldest.findIndex((part, i) => part !== parts[i]);
  return differs < 0 || (parts[differs] ?? 0) > (oldest[differs] ?? 0);
}
