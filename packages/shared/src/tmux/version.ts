/** The oldest supported tmux. It introduced pausing panes and format subscriptions. */
export const TMUX_OLDEST = '3.2';

/** The default of the setting `CCBOT_TMUX`. */
export const USUAL_TMUX = 'tmux';

/** The version in the output of `tmux -V`, such as `3.3a`, `next-3.6`, `master` or `openbsd-7.4`. */
export function versionIn(output: string): string {
  return output.trim().replace(/^tmux\s+/, '');
}

/** Whether a version is new enough. One without a number (`master`) and those of OpenBSD count as new. */
export function isRecentTmux(version: string): boolean {
  const [, major, minor] = /(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined || minor === undefined) return true;
  const [oldestMajor = 0, oldestMinor = 0] = TMUX_OLDEST.split('.').map(Number);
  return Number(major) > oldestMajor || (Number(major) === oldestMajor && Number(minor) >= oldestMinor);
}
