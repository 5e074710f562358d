import { wantsColour } from '@ccbot/shared/cli/colour';
import { lineOf } from '@ccbot/shared/log/line';
import { followFiles, openTails } from '../logs/follow';
import { hasLogs, lastLines, logPaths } from '../logs/files';
import { lineFilter, parseLogLine, parseSince, type LogLine, type LogSelection } from '../logs/select';
import { USAGE_ERROR } from '@ccbot/shared/cli/command-line';
import type { CommandDeps } from './deps';

/** Half a line, after a crash, has no level. */
const NO_LEVEL = { level: '' };

/** `ccbot logs`: prints the last lines, and with `follow` new ones until the reader is gone. */
export async function logs(
  request: { select: LogSelection; follow: boolean; json: boolean },
  deps: CommandDeps,
): Promise<number> {
  const { select } = request;
  const sinceMs = select.since === undefined ? null : parseSince(select.since, deps.now());
  if (select.since !== undefined && sinceMs === null) {
    deps.terminal.err.write(
      `error: --since must be 15m, 2h, 3d, or a date and time, not “${select.since}”\n`,
    );
    return USAGE_ERROR;
  }
  const colour = wantsColour(deps.terminal.out, deps.host.env);
  const print = (line: LogLine): void => {
    deps.terminal.out.write(`${request.json ? line.raw : lineOf({ ...NO_LEVEL, ...line.record }, colour)}\n`);
  };
  const paths = logPaths(deps.paths.logs, select.which);
  // Opened before we read the last lines, so that no line falls between the two.
  const tails = request.follow ? openTails(paths) : [];
  const ends = new Map(tails.map(({ path, offset }) => [path, offset]));
  const lines = lastLines(paths, select, sinceMs, ends);
  for (const line of lines) print(line);
  // Not with the lines: a script reads those.
  if (lines.length === 0) deps.terminal.err.write(`${nothingOf(deps.paths.logs, hasLogs(paths))}\n`);
  if (!request.follow) return 0;

  const matches = lineFilter(select, null);
  const following = followFiles(tails, (raw) => {
    const line = parseLogLine(raw);
    if (matches(line)) print(line);
  });
  await new Promise<void>((resolve) => {
    deps.terminal.out.once('error', () => resolve()); // the reader, such as `head`, has exited
    deps.terminal.out.once('close', () => resolve());
  });
  following.close();
  return 0;
}

function nothingOf(directory: string, isKept: boolean): string {
  return isKept
    ? `No line in ${directory} is of that kind.`
    : `There are no logs in ${directory} yet. ccbot writes them while it runs: start it with \`ccbot supervise\`.`;
}
