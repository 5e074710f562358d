import type { Figure } from '../figure';
import { growthOfCluster } from './growth';
import { twoMachines } from './take-over';

/** Several machines with one bot. */
export async function cluster(quick: boolean): Promise<Figure[]> {
  return process.env.X ? await growthOfCluster(quick) : [...(await twoMachines(quick))];
}
