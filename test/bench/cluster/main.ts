import type { Figure } from '../figure';
import { growthOfCluster } from './growth';
import { twoMachines } from './take-over';

/** Several machines with one bot. */
export async function cluster(quick: boolean): Promise<Figure[]> {
  return [...(await twoMachines(quick)), ...(await growthOfCluster(quick))];
}
