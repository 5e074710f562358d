import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { acquireLock } from '@ccbot/shared/lock/flock';
import { holderOfThisProcess } from '@ccbot/shared/lock/holder';
import { faultText } from '@ccbot/shared/faults/fault';

/** The demo's directory, which this process alone uses. */
export interface DemoFolder {
  /** For `CCBOT_DIR`. */
  state: string;
  /** Where the agent works. */
  project: string;
  /** For a scripted agent's own files. */
  agent: string;
  /** Writes down where the chat page is, for who starts a second demo. */
  announce(page: string): void;
  /** Lets go; the directory stays. */
  close(): void;
}

/** The folder, or words on why it cannot be had. */
export type OpenedFolder = { ok: true; folder: DemoFolder } | { ok: false; words: string };

/**
 * Takes the demo's directory, and clears what an earlier demo left of its state: the sandbox forgets its chats
 * at its end, and message ids of another chat mean nothing in a new one.
 * @param stopLeftOver ends a ccbot that an earlier demo left running; called only when one does.
 */
export function openFolder(
  dir: string,
  version: string,
  at: number,
  stopLeftOver: (state: string) => void,
): OpenedFolder {
  const [state, project, agent] = [join(dir, 'state'), join(dir, 'project'), join(dir, 'agent')];
  const note = join(dir, 'demo.json');
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  } catch (error) {
    return { ok: false, words: `the directory ${dir} cannot be made: ${(error as Error).message}` };
  }
  const holder = holderOfThisProcess(version, dir, at, 'command');
  const mine = acquireLock(join(dir, 'demo.lock'), holder);
  if (!mine.ok) {
    const page = pageIn(note);
    const words =
      page === null
        ? faultText(mine.fault)
        : `a demo runs already in ${dir}. Its chat: ${page}\nFor a second one give it a directory: --dir PATH`;
    return { ok: false, words };
  }
  const refuse = (words: string): OpenedFolder => {
    mine.lock.release();
    return { ok: false, words };
  };
  try {
    const ccbotLock = join(state, 'ccbot.lock');
    if (existsSync(ccbotLock)) {
      let old = acquireLock(ccbotLock, holder);
      if (!old.ok) {
        stopLeftOver(state);
        old = acquireLock(ccbotLock, holder);
      }
      if (!old.ok) return refuse(faultText(old.fault));
      old.lock.release();
    }
    rmSync(state, { recursive: true, force: true });
    makeProject(project);
  } catch (error) {
    return refuse(`${dir} cannot be used: ${(error as Error).message}`);
  }
  return {
    ok: true,
    folder: {
      state,
      project,
      agent,
      // Only for the person's own eyes: the address is what lets one write in the chat.
      announce: (page) => writeFileSync(note, `${JSON.stringify({ page })}\n`, { mode: 0o600 }),
      close() {
        rmSync(note, { force: true });
        mine.lock.release();
      },
    },
  };
}

function pageIn(note: string): string | null {
  try {
    const { page } = JSON.parse(readFileSync(note, 'utf8')) as { page?: unknown };
    return typeof page === 'string' ? page : null;
  } catch {
    return null; // the other demo has not come so far, or has just ended
  }
}

/** A small project for the demo's agent to be in. */
function makeProject(project: string): void {
  mkdirSync(join(project, 'src'), { recursive: true, mode: 0o700 });
  const file = join(project, 'src', 'greet.js');
  if (!existsSync(file)) writeFileSync(file, "export const greet = (name) => 'Hello ' + name;\n");
}
