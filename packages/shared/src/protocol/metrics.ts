import * as z from 'zod/mini';

/** One figure of a metric. */
const sample = z.object({
  /** Where it is not that of the metric: `…_bucket`, `…_sum`, `…_count`. */
  name: z.optional(z.string()),
  labels: z.record(z.string(), z.string()),
  value: z.number(),
});

/** A metric with all its figures, as Prometheus knows them; seconds and bytes are the units. */
export const family = z.object({
  name: z.string(),
  help: z.string(),
  type: z.enum(['counter', 'gauge', 'histogram']),
  samples: z.array(sample),
});
/** A metric with all its figures. */
export type Family = z.infer<typeof family>;
