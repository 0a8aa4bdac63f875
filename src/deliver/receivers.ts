import type { ClickHouseSettings } from './clickhouse.ts';
import type { OtlpSettings } from './otlp.ts';
import type { Receiver, ReceiverName } from './receiver.ts';

/** Where records are delivered; undefined is nowhere. */
export interface DeliverySettings extends Readonly<Record<ReceiverName, unknown>> {
  readonly clickhouse: ClickHouseSettings | undefined;
  readonly otlp: OtlpSettings | undefined;
}

/** Opens those who receive records; what the others need is not loaded. `moved` hears whenever one of them has taken something. */
export async function openReceivers(
  { clickhouse, otlp }: DeliverySettings,
  moved: (receiver: ReceiverName) => void,
): Promise<Receiver[]> {
  return [
    ...(clickhouse === undefined
      ? []
      : [(await import('./clickhouse.ts')).openClickHouse(clickhouse, () => moved('clickhouse'))]),
    ...(otlp === undefined ? [] : [(await import('./otlp.ts')).openOtlp(otlp, () => moved('otlp'))]),
  ];
}
