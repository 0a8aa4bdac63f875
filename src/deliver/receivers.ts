import type { ClickHouseSettings } from './clickhouse.ts';
import type { OtlpSettings } from './otlp.ts';
import type { Receiver, ReceiverName } from './receiver.ts';

/** Where records are delivered; undefined is nowhere. */
export interface DeliverySettings extends Readonly<Record<ReceiverName, unknown>> {
  readonly clickhouse: ClickHouseSettings | undefined;
  readonly otlp: OtlpSettings | undefined;
}

/** Opens those who receive records; what the others need is not loaded. */
export async function openReceivers({ clickhouse, otlp }: DeliverySettings): Promise<Receiver[]> {
  return [
    ...(clickhouse === undefined ? [] : [(await import('./clickhouse.ts')).openClickHouse(clickhouse)]),
    ...(otlp === undefined ? [] : [(await import('./otlp.ts')).openOtlp(otlp)]),
  ];
}
