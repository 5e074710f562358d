/** The user's home, as `os.homedir()` finds it. Loads `node:os` only if it must, because the agent waits. */
export async function homeOf({ HOME }: Readonly<Record<string, string | undefined>>): Promise<string> {
  return HOME ?? (await import('node:os')).homedir();
}
