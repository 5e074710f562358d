import * as z from 'zod/mini';

const sample = z.object({
  /** Set if it differs from the metric's name: `…_bucket`, `…_sum`, `…_count`. */
  name: z.optional(z.string()),
  labels: z.record(z.string(), z.string()),
  value: z.number(),
});

/** A Prometheus metric with all its samples, in seconds and bytes. */
export const family = z.object({
  name: z.string(),
  help: z.string(),
  type: z.enum(['counter', 'gauge', 'histogram']),
  samples: z.array(sample),
});
export type Family = z.infer<typeof family>;
