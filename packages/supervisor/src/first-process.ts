/**
 * What a shell does in our place as the first process of a container: orphans of agents get it as their parent, and it
 * removes those that have ended. Node.js has no call for that. It passes the signals of the container's manager on, and
 * ends with our exit code.
 */
const REAPER = `"$@" & child=$!
for signal in TERM INT HUP; do trap "kill -$signal $child" $signal; done
code=0
while kill -0 "$child" 2>/dev/null; do wait "$child"; code=$?; done
exit "$code"`;

/** The parts of a process that this needs; `execve` exists since Node.js 22.15. */
export interface ReplaceableProcess {
  pid: number;
  execPath: string;
  execArgv: readonly string[];
  argv: readonly string[];
  env: NodeJS.ProcessEnv;
  execve?(file: string, args: readonly string[], env?: NodeJS.ProcessEnv): unknown;
}

/**
 * Makes a shell the first process of a container that has no init, and this program its child: then it does not return.
 * Otherwise returns why orphans will stay, or null if this is not the first process.
 */
export function leaveFirstPlace(own: ReplaceableProcess): string | null {
  if (own.pid !== 1) return null;
  const program = [own.execPath, ...own.execArgv, ...own.argv.slice(1)];
  let why = `Node.js ${process.version} cannot hand that over to a shell`;
  try {
    own.execve?.('/bin/sh', ['sh', '-c', REAPER, 'ccbot', ...program], own.env);
  } catch (error) {
    why = error instanceof Error ? error.message : String(error);
  }
  return `This is the first process of the container, so what agents leave behind stays as zombies (${why}). Start the container with an init, such as \`docker run --init\`.`;
}
