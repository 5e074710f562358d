import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Which parts of a process's memory go into its core dump (core(5)). A process may change its own; programs that it
 * starts inherit it. Unlike the size limit, it also counts where the kernel pipes the dump to a program, such as
 * systemd-coredump or apport.
 */
const FILTER = '/proc/self/coredump_filter';

/** Linux's default: private and shared anonymous memory, ELF headers, private huge pages. */
const USUAL = '0x33';

/** Leaves the memory of this process, with the token and the prompts in it, out of a core dump. Linux only. */
export function excludeMemoryFromCoreDumps(): void {
  setFilter('0');
}

/**
 * Runs `start`, which starts a program of the user and returns at once. The program's own core dumps stay complete: the
 * user may be debugging it.
 */
export function withUsualCoreDumps<T>(start: () => T): T {
  const before = filter();
  setFilter(USUAL);
  try {
    return start();
  } finally {
    setFilter(before);
  }
}

function filter(): string {
  try {
    return `0x${readFileSync(FILTER, 'utf8').trim()}`;
  } catch {
    return '0'; // as in `setFilter`
  }
}

function setFilter(value: string): void {
  try {
    writeFileSync(FILTER, value);
  } catch {
    // No Linux, or a kernel without core dumps.
  }
}
