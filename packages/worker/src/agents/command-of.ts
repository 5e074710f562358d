import type { Config } from '@ccbot/shared/config/schema';

/** A setting whose value is a command line, split into words. */
export type CommandSetting = {
  [K in keyof Config]: Config[K] extends string[] ? K : never;
}[keyof Config];

/** Where the words of a command line come from: a setting, or the agent itself when it has no such setting. */
export type CommandSource = CommandSetting | readonly string[];

export function commandOf(source: CommandSource, config: Config): readonly string[] {
  return typeof source === 'string' ? config[source] : source;
}

/** The setting to change. Empty when there is none. */
export function settingOf(source: CommandSource): string {
  return typeof source === 'string' ? source : '';
}
