/** File → the files that run it. */
export type Importers = ReadonlyMap<string, ReadonlySet<string>>;

export const HUBS: ReadonlySet<string>;
export function roomOf(path: string): string;
export function importersOf(root: string): Importers;
export function reach(changed: readonly string[], importers: Importers): { tests: string[]; whole: string[] };
export const longTests: readonly string[];
export function nearest(tests: readonly string[]): string[];
export function isFuzzed(changed: readonly string[], read: (path: string) => string): boolean;
export function readBy(source: string): string[] | null;
export function isReadBy(patterns: readonly string[], path: string): boolean;
