/** A number with its noun: `1 update`, `2 updates`. `more`: a plural that is not the noun with an s. */
export function counted(count: number, one: string, more = `${one}s`): string {
  return `${count} ${count === 1 ? one : more}`;
}
