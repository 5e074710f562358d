export interface ImportRequest {
  /** The directory of the Python ccbot's state; null: `CCBOT_DIR`. */
  from: string | null;
  /** Only report what would be imported. */
  dryRun: boolean;
  json: boolean;
}

/** Where the command runs. */
export interface ImportHost {
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  version: string;
}
