// What a server, or the way to it, says went wrong: a number, and one line for people.

const CODE: RegExp = /^Code: (\d+)/;
const LONGEST = 300;

/** What ClickHouse itself says went wrong. */
export class ServerError extends Error {
  /** Its number of it. */
  readonly code: number;

  constructor(message: string, code: number) {
    super(message);
    this.code = code;
  }
}

/** ClickHouse's number of an error, as its text begins with it; 0 where it does not. */
export function codeIn(text: string): number {
  return Number(CODE.exec(text)?.[1] ?? 0);
}

/** ClickHouse's number of an error; 0 where it is another error. */
export function errorCode(error: unknown): number {
  return error instanceof ServerError ? error.code : 0;
}

/** Numbers of errors that lie in what is inserted, not in the table, its rights or the state of the server. */
const ABOUT_DATA: ReadonlySet<number> = new Set([
  6, // CANNOT_PARSE_TEXT
  26, // CANNOT_PARSE_QUOTED_STRING
  27, // CANNOT_PARSE_INPUT_ASSERTION_FAILED
  38, // CANNOT_PARSE_DATE
  41, // CANNOT_PARSE_DATETIME
  53, // TYPE_MISMATCH
  69, // ARGUMENT_OUT_OF_BOUND
  70, // CANNOT_CONVERT_TYPE
  72, // CANNOT_PARSE_NUMBER
  117, // INCORRECT_DATA
  130, // CANNOT_READ_ARRAY_FROM_TEXT
  131, // TOO_LARGE_STRING_SIZE
  321, // VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
  349, // CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
  376, // CANNOT_PARSE_UUID
  407, // DECIMAL_OVERFLOW
  441, // CANNOT_PARSE_DOMAIN_VALUE_FROM_STRING
  467, // CANNOT_PARSE_BOOL
  469, // VIOLATED_CONSTRAINT
  675, // CANNOT_PARSE_IPV4
  676, // CANNOT_PARSE_IPV6
  691, // UNKNOWN_ELEMENT_OF_ENUM
]);

export function isAboutData(error: ServerError): boolean {
  return ABOUT_DATA.has(error.code);
}

/** Why, in one line without control characters in which none of these secrets stands. */
export function reasonOf(error: unknown, secrets: readonly (string | undefined)[]): string {
  const text =
    error instanceof Error ? error.message || ('code' in error ? String(error.code) : error.name) : String(error);
  const hidden = secrets.reduce<string>(
    (all, secret) => (secret === undefined || secret === '' ? all : all.replaceAll(secret, '***')),
    text,
  );
  const line = hidden.replaceAll(/[\p{C}\s]+/gu, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}...` : line;
}
