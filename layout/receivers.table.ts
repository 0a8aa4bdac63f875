/** Those who receive records, in the order of their counters; each has its place in the spool by this name. */
export const RECEIVERS = ['clickhouse', 'otlp'] as const;
