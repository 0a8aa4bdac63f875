import {
  FORMAT_COMBINED,
  FORMAT_COMMON,
  FORMAT_JSON,
  FORMAT_TEXT,
  FORMAT_TSV,
  FORMAT_VCOMBINED,
  FORMAT_ZEEK,
} from './formats.ts';

/** As `-format` takes it. */
export type FormatName = 'text' | 'json' | 'combined' | 'common' | 'vcombined' | 'zeek' | 'tsv';

/** One format of lines. */
export interface Format {
  readonly number: number;
  readonly name: FormatName;
  /** Each line is a request with its answer: it implies `-pair`. */
  readonly transactions: boolean;
}

/** Every format. */
export const FORMATS: readonly Format[] = [
  { number: FORMAT_TEXT, name: 'text', transactions: false },
  { number: FORMAT_JSON, name: 'json', transactions: false },
  { number: FORMAT_COMBINED, name: 'combined', transactions: true },
  { number: FORMAT_COMMON, name: 'common', transactions: true },
  { number: FORMAT_VCOMBINED, name: 'vcombined', transactions: true },
  { number: FORMAT_ZEEK, name: 'zeek', transactions: true },
  { number: FORMAT_TSV, name: 'tsv', transactions: false },
];
