import type { FormatName } from '../../layout/formats.table.ts';

/** What a whole line of each format is; those of tsv have nine columns or ten. */
export const LINES: Readonly<Record<FormatName, RegExp>> = {
  text: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \S+#\d+ \S+#\d+ [CS][QR] /,
  json: /^\{"timestamp":".*[}]$/,
  tsv: /^[^\t]+(\t[^\t]*){8,9}$/,
  zeek: /^\d+\.\d{6}(\t[^\t]+){29}$/,
  common: /^\S+ - - \[\S+ [+-]\d{4}\] "[^"]*" \d{3} (\d+|-)$/,
  combined: /^\S+ - - \[\S+ [+-]\d{4}\] "[^"]*" \d{3} (\d+|-) "[^"]*" "[^"]*"$/,
  vcombined: /^\S+:\d+ \S+ - - \[\S+ [+-]\d{4}\] "[^"]*" \d{3} (\d+|-) "[^"]*" "[^"]*" (\d+|-)$/,
};
