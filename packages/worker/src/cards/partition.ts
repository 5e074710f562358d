/**
 * The first index of a list at which `isBehind` holds; its length if it holds nowhere. The list must be sorted so that it
 * holds from there on. Takes logarithmic time.
 */
export function firstIndex<T>(list: readonly T[], isBehind: (item: T) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBehind(list[middle] as T)) high = middle;
    else low = middle + 1;
  }
  return low;
}
