// What a run was to find, and what it found.

/** What a run was to find. */
export interface Expected {
  readonly packets: number;
  readonly messages: number;
  /** How many of the messages are requests; each is answered, so there are as many transactions. */
  readonly requests: number;
  /** Messages in packets without a VLAN tag. */
  readonly untagged: number;
  /** Connections of a file. */
  readonly connections: number;
  /** Where the number of messages is not exact: there are no more than these. */
  readonly atMost?: number;
}

/** What a run's output holds. */
export interface Found {
  /** Lines, one a message or one a transaction; undefined for programs that write none. */
  readonly lines?: number;
  /** Packets that the kernel dropped, where the program says so. */
  readonly drops?: number;
  /** Why its time is not to be believed. */
  readonly wrong?: string;
}

/** Whether there are no more lines than messages, and no fewer than this share of them. */
export function isAsExpected(lines: number, { messages, atMost = messages }: Expected, atLeast: number): boolean {
  return lines <= atMost && lines >= messages * atLeast;
}

/** What a program found that wrote so many lines, if at least this share of the messages is enough. */
export function counted(lines: number, expected: Expected, atLeast: number, drops?: number): Found {
  const isRight = isAsExpected(lines, expected, atLeast);
  return {
    lines,
    ...(drops === undefined ? {} : { drops }),
    ...(isRight ? {} : { wrong: `${lines} lines of ${expected.messages}` }),
  };
}
