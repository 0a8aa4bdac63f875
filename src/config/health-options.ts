import { readListenAddress } from './listen-address.ts';
import { type Option, RUNS, type Settings } from './option.ts';

// The row of what httplog shows of itself; its place among the others is in the one table.

export const HEALTH_OPTIONS: { readonly metrics: Option<Settings['metrics']> } = {
  metrics: {
    flag: 'metrics',
    variable: 'HTTPLOG_METRICS',
    group: RUNS,
    argument: 'HOST:PORT',
    allowed: 'a port from 1 to 65535, before it a host (127.0.0.1:9480, [::1]:9480, :9480); empty for none',
    help: 'Serve /metrics for Prometheus and /healthz over HTTP at this port; without a host on 127.0.0.1 only. Whoever reaches it can read the counters.',
    read: readListenAddress,
  },
};
