// The formats of lines, by number (`SETTING_FORMAT`); their names stand in formats.table.

export const FORMAT_TEXT = 0;
export const FORMAT_JSON = 1;
export const FORMAT_COMBINED = 2;
export const FORMAT_COMMON = 3;
export const FORMAT_VCOMBINED = 4;
export const FORMAT_ZEEK = 5;
export const FORMAT_TSV = 6;
